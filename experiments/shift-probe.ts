/** What is looked at while a network trains: the shift of a middle layer's inputs and gradient, and the loss along the gradient. */
import { type ModelState, noGrad, type Sequential, scope, sgd, type Tensor, tensor, toLoss } from "gradus";
import { Loader, type SyncDataset } from "gradus/data";
import { mean } from "./numbers.ts";

/** Of the training that is watched. */
export const LEARNING_RATE = 0.1;
/** Steps along the gradient at which loss and gradient are looked at, in learning rates. */
const REACH = [0.5, 1, 2, 4];
/** Steps between looks. */
export const EVERY = 10;
const loss = toLoss("crossEntropy");

/** Values by measured step. */
export interface Series {
	readonly loss: number[];
	/** Change of mean and deviation of the third layer's input over ten steps, in its deviations (Ioffe & Szegedy's shift). */
	readonly moments: number[];
	/** ‖G − G′‖ / ‖G‖ of the third layer's gradient before and after the layers below are updated (Santurkar's shift). */
	readonly gradientShift: number[];
	/** Largest less smallest loss along the gradient, over the loss. */
	readonly lossRange: number[];
	/** Largest ‖g − g′‖ / ‖g‖ along the gradient. */
	readonly gradientChange: number[];
}

/** A network with its gradient on one batch at hand. */
function probe(model: Sequential, batch: { x: Tensor; y: Tensor }) {
	const optimizer = sgd(model.parameters(), { lr: LEARNING_RATE });
	const middle = Object.keys(model.parameters()).filter((path) => path.endsWith(".weight") && model.parameters()[path].rank === 2)[2];
	const gradient = (): { loss: number; all: Float32Array; middle: Float32Array } =>
		scope(() => {
			optimizer.zeroGrad();
			const value = loss(model.forward(batch.x), batch.y);
			value.backward();
			return {
				loss: value.item(),
				all: optimizer.parameters.gradients.dataSync().slice() as Float32Array,
				middle: model.parameters()[middle].grad?.dataSync().slice() as Float32Array,
			};
		});
	return { optimizer, gradient, middle };
}

const norm = (a: Float32Array): number => Math.sqrt(a.reduce((sum, x) => sum + x * x, 0));
const change = (a: Float32Array, b: Float32Array): number => norm(a.map((x, i) => x - b[i])) / norm(a);

/** Mean and deviation of each unit of what enters the third linear layer. */
function inputMoments(model: Sequential, x: Tensor, middle: string): { mean: number[]; deviation: number[] } {
	const layer = model.layers[Number(middle.split(".")[0])];
	let seen = { mean: [] as number[], deviation: [] as number[] };
	const stop = layer.observe(({ inputs }) => {
		const input = inputs[0] as Tensor;
		seen = {
			mean: Array.from(input.mean(0).dataSync()),
			deviation: Array.from(input.sub(input.mean(0)).square().mean(0).sqrt().dataSync()),
		};
	});
	scope(() => noGrad(() => void model.forward(x)));
	stop();
	return seen;
}

function lookAround(model: Sequential, p: ReturnType<typeof probe>): { gradientShift: number; lossRange: number; gradientChange: number } {
	const before: ModelState = model.state();
	const here = p.gradient();
	const [lossesSeen, changes]: number[][] = [[here.loss], []];
	let shift = Number.NaN;
	for (const reach of REACH) {
		model.load(before);
		p.gradient();
		p.optimizer.lr = reach * LEARNING_RATE;
		p.optimizer.step();
		const after = model.state();
		const there = p.gradient();
		lossesSeen.push(there.loss);
		changes.push(change(here.all, there.all));
		if (reach !== 1) continue;
		const place = Number(p.middle.split(".")[0]);
		const lower = Object.fromEntries(Object.entries(after.tensors).filter(([path]) => Number(path.split(".")[0]) < place));
		model.load({ ...before, tensors: { ...before.tensors, ...lower } });
		shift = change(here.middle, p.gradient().middle);
	}
	model.load(before);
	return {
		gradientShift: shift,
		lossRange: (Math.max(...lossesSeen) - Math.min(...lossesSeen)) / here.loss,
		gradientChange: Math.max(...changes),
	};
}

/** Trains by plain SGD and looks around each `EVERY` steps. */
export function trainAndMeasure(model: Sequential, train: SyncDataset, steps: number): Series {
	const series: Series = { loss: [], moments: [], gradientShift: [], lossRange: [], gradientChange: [] };
	const loader = new Loader({ dataset: train, batchSize: 100 });
	const batches = Array.from({ length: Math.floor(train.size / 100) }, (_, i) => {
		const { x, y } = train.read(loader.indices(i)) as { x: Float32Array; y: Int32Array };
		return { x: tensor(x, { shape: [100, x.length / 100] }), y: tensor(y) };
	});
	const current = { ...batches[0] };
	const p = probe(model, current);
	let moments = inputMoments(model, batches[0].x, p.middle);
	for (let step = 0; step < steps; step++) {
		Object.assign(current, batches[step % batches.length]);
		if (step % EVERY === 0) {
			const now = inputMoments(model, batches[0].x, p.middle);
			const shift = now.mean.map(
				(value, i) => (Math.abs(value - moments.mean[i]) + Math.abs(now.deviation[i] - moments.deviation[i])) / (now.deviation[i] + 1e-3),
			);
			moments = now;
			const around = lookAround(model, p);
			if (step > 0) series.moments.push(mean(shift));
			for (const key of ["gradientShift", "lossRange", "gradientChange"] as const) series[key].push(around[key]);
		}
		series.loss.push(p.gradient().loss);
		p.optimizer.lr = LEARNING_RATE;
		p.optimizer.step();
	}
	return series;
}
