/** What the engine at hand can do. */
import { f32x4, i32, ModuleBuilder, v128 } from "./assembler.ts";

/** Whether the engine has relaxed SIMD (fused multiply-add on vectors). */
export function probeRelaxedSimd(): boolean {
	const module = new ModuleBuilder();
	const one = f32x4.const(1);
	module.func({ parameters: [] }, () => v128.store(i32.const(0), f32x4.relaxedMadd(one, one, one)));
	return WebAssembly.validate(module.bytes({ sharedMemory: false }));
}

/** Whether threads can share memory here. */
export function probeSharedMemory(): boolean {
	return typeof SharedArrayBuffer !== "undefined" && (globalThis.crossOriginIsolated ?? true);
}
