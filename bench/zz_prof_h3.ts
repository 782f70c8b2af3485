import { createNativeExecutor, createWasmExecutor } from "gradus";
import { buildWork } from "./gradus-model.ts";
import { workData, works } from "./works.ts";
const work=process.argv[2] as any, kind=process.argv[3];
const ex=kind==='native'?createNativeExecutor():createWasmExecutor();
let log=new Map<string,number[]>();let on=false;
const kernels=Object.fromEntries(Object.entries(ex.kernels).map(([k,f]:any)=>[k,(...a)=>{if(!on)return f(...a);const t=performance.now();const r=f(...a);const d=performance.now()-t;const o=a.filter(x=>x&&x.shape);const key=k+(/conv/.test(k)?' '+o[0].shape.join('x')+' '+o[1].shape.join('x'):'');const l=log.get(key)??[0,0];l[0]+=d;l[1]++;log.set(key,l);return r}]));
const data=workData(work);const step=buildWork({...works[work],...data} as any,{...ex,kernels} as any,{dropout:true});
let best=1e9,bl;for(let i=0;i<40;i++){log=new Map();on=true;const t=performance.now();const s=step(i%data.batches.length);const d=performance.now()-t;on=false;s.release();if(d<best){best=d;bl=log}}
console.log(work,kind,'best',best.toFixed(2));let tot=0;for(const [k,[t,n]] of [...bl].sort((a,b)=>b[1][0]-a[1][0])){tot+=t;if(t>best*.004)console.log(t.toFixed(2).padStart(8),String(n).padStart(4),k)}console.log('kernels total',tot.toFixed(2));
