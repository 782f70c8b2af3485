/**
 * Training steps in float64, one number at a time, written from the formulas in the documentation: what optimizers are compared with in
 * any combination of their options. It calls nothing of src/optim.
 */

/** Options of a rule of its own, such as `betas`. */
export type OwnOptions = Readonly<Record<string, number | boolean | readonly [number, number]>>;

/** Settings of a group, as a user states them. */
export interface GroupCase {
	readonly match: string;
	readonly lrScale?: number;
	readonly weightDecay?: number;
	readonly l2?: number;
	readonly l1?: number;
	readonly maxNorm?: number | null;
	readonly options?: OwnOptions;
}

/** A combination. */
export interface Combination {
	readonly rule: keyof typeof rules;
	readonly own: OwnOptions;
	readonly common: {
		readonly lr: number;
		readonly weightDecay?: number;
		readonly l2?: number;
		readonly l1?: number;
		readonly maxNorm?: number;
		readonly regularize?: "matrices" | "all";
		readonly clipValue?: number;
		readonly clipNorm?: number;
		readonly clipTensorNorm?: number;
		readonly accumulate?: number;
	};
	readonly groups: readonly GroupCase[];
	readonly schedule: keyof typeof rates;
	/** Call after which what has gathered is flushed, as at the end of an epoch. */
	readonly flushAt: number;
	/** Decay of a moving average of the weights. */
	readonly averageDecay: number;
}

/** A parameter: name, shape, values. `trained` is whether it gets gradients. */
export interface ParameterCase {
	readonly name: string;
	readonly shape: readonly number[];
	readonly values: readonly number[];
	readonly trained: boolean;
}

/** What the loop arrives at. */
export interface Outcome {
	readonly values: number[][];
	/** The moving average of the weights. */
	readonly averages: number[][];
	/** The plain mean of the weights after updates 4, 6, 8 …; the weights themselves before the first of them. */
	readonly means: number[][];
	/** Way that each number has gone: errors grow with it. */
	readonly ways: number[][];
	/** The least magnitude of which a sign was taken: a rounding error beyond it turns a step around. */
	readonly leastSigned: number;
}

export const CALLS = 20;

type Slots = Record<string, number>;
interface Facts {
	readonly t: number;
	readonly lr: number;
	readonly momentum: number;
	sign(x: number): number;
}
type Move = (p: number, g: number, slots: Slots, facts: Facts) => number;

const number = (own: OwnOptions, name: string, otherwise: number): number => (own[name] as number | undefined) ?? otherwise;
const betasOf = (own: OwnOptions, otherwise: readonly [number, number] = [0.9, 0.999]): readonly [number, number] =>
	(own.betas as readonly [number, number] | undefined) ?? otherwise;

/** m and v of Adam's kind, corrected for their start at 0. */
function moments(own: OwnOptions, g: number, slots: Slots, { t, momentum }: Facts): { m: number; v: number } {
	const beta2 = betasOf(own)[1];
	slots.m = momentum * (slots.m ?? 0) + (1 - momentum) * g;
	slots.v = beta2 * (slots.v ?? 0) + (1 - beta2) * g * g;
	return { m: slots.m / (1 - momentum ** t), v: slots.v / (1 - beta2 ** t) };
}

function adamMove(own: OwnOptions): Move {
	return (p, g, slots, facts) => {
		const { m, v } = moments(own, g, slots, facts);
		return p - (facts.lr * m) / (Math.sqrt(v) + 1e-8);
	};
}

/** One move of one number, for each optimizer; `momentum` names what a schedule of momentum sets. */
export const rules = {
	sgd: {
		momentum: (own: OwnOptions) => number(own, "momentum", 0),
		decay: 0,
		move:
			(own: OwnOptions): Move =>
			(p, g, slots, { lr, momentum }) => {
				slots.velocity = momentum * (slots.velocity ?? 0) + g;
				return p - lr * (own.nesterov === true ? g + momentum * slots.velocity : slots.velocity);
			},
	},
	adam: { momentum: (own: OwnOptions) => betasOf(own)[0], decay: 0, move: adamMove },
	adamW: { momentum: (own: OwnOptions) => betasOf(own)[0], decay: 0.01, move: adamMove },
	amsgrad: {
		momentum: (own: OwnOptions) => betasOf(own)[0],
		decay: 0,
		// The largest of the uncorrected second moments is what is kept; the correction of the step applies to it, as in PyTorch.
		move:
			(own: OwnOptions): Move =>
			(p, g, slots, facts) => {
				const { m } = moments(own, g, slots, facts);
				slots.most = Math.max(slots.most ?? 0, slots.v);
				return p - (facts.lr * m) / (Math.sqrt(slots.most / (1 - betasOf(own)[1] ** facts.t)) + 1e-8);
			},
	},
	adamax: {
		momentum: (own: OwnOptions) => betasOf(own)[0],
		decay: 0,
		move:
			(own: OwnOptions): Move =>
			(p, g, slots, facts) => {
				const { m } = moments(own, g, slots, facts);
				slots.u = Math.max(betasOf(own)[1] * (slots.u ?? 0), Math.abs(g) + 1e-8);
				return p - (facts.lr * m) / slots.u;
			},
	},
	nAdam: {
		momentum: (own: OwnOptions) => betasOf(own)[0],
		decay: 0,
		move:
			(own: OwnOptions): Move =>
			(p, g, slots, facts) => {
				const { v } = moments(own, g, slots, facts);
				const mu = (t: number): number => facts.momentum * (1 - 0.5 * 0.96 ** (t * 4e-3));
				slots.product = (slots.product ?? 1) * mu(facts.t);
				const step = (mu(facts.t + 1) * slots.m) / (1 - slots.product * mu(facts.t + 1)) + ((1 - mu(facts.t)) * g) / (1 - slots.product);
				return p - (facts.lr * step) / (Math.sqrt(v) + 1e-8);
			},
	},
	rAdam: {
		momentum: (own: OwnOptions) => betasOf(own)[0],
		decay: 0,
		move:
			(own: OwnOptions): Move =>
			(p, g, slots, facts) => {
				const { m } = moments(own, g, slots, facts);
				const beta2 = betasOf(own)[1];
				const correction = 1 - beta2 ** facts.t;
				const longest = 2 / (1 - beta2) - 1;
				const length = longest - (2 * facts.t * beta2 ** facts.t) / correction;
				if (length <= 5) return p - facts.lr * m;
				const r = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
				return p - (facts.lr * m * r * Math.sqrt(correction)) / (Math.sqrt(slots.v) + 1e-8);
			},
	},
	rmsProp: {
		momentum: (own: OwnOptions) => number(own, "momentum", 0),
		decay: 0,
		move:
			(own: OwnOptions): Move =>
			(p, g, slots, { lr, momentum }) => {
				const alpha = number(own, "alpha", 0.99);
				slots.s = alpha * (slots.s ?? 0) + (1 - alpha) * g * g;
				slots.mean = alpha * (slots.mean ?? 0) + (1 - alpha) * g;
				const spread = own.centred === true ? slots.s - slots.mean ** 2 : slots.s;
				slots.velocity = momentum * (slots.velocity ?? 0) + g / (Math.sqrt(spread) + 1e-8);
				return p - lr * slots.velocity;
			},
	},
	adagrad: {
		momentum: () => 0,
		decay: 0,
		move:
			(own: OwnOptions): Move =>
			(p, g, slots, { lr, t }) => {
				slots.s = (slots.s ?? number(own, "initialSum", 0)) + g * g;
				return p - ((lr / (1 + (t - 1) * number(own, "lrDecay", 0))) * g) / (Math.sqrt(slots.s) + 1e-10);
			},
	},
	adadelta: {
		momentum: () => 0,
		decay: 0,
		move:
			(own: OwnOptions): Move =>
			(p, g, slots, { lr }) => {
				const rho = number(own, "rho", 0.9);
				slots.s = rho * (slots.s ?? 0) + (1 - rho) * g * g;
				const delta = (Math.sqrt((slots.d ?? 0) + 1e-6) / Math.sqrt(slots.s + 1e-6)) * g;
				slots.d = rho * (slots.d ?? 0) + (1 - rho) * delta * delta;
				return p - lr * delta;
			},
	},
	lion: {
		momentum: (own: OwnOptions) => betasOf(own, [0.9, 0.99])[0],
		decay: 0,
		move:
			(own: OwnOptions): Move =>
			(p, g, slots, { lr, momentum, sign }) => {
				const beta2 = betasOf(own, [0.9, 0.99])[1];
				const direction = sign(momentum * (slots.m ?? 0) + (1 - momentum) * g);
				slots.m = beta2 * (slots.m ?? 0) + (1 - beta2) * g;
				return p - lr * direction;
			},
	},
} as const;

const wave = (from: number, to: number, share: number): number => from + (to - from) * (0.5 - 0.5 * Math.cos(Math.PI * share));
/** One cycle of 20 calls: 6 up, the rest down; counted so that call 5 is the peak and call 19 the end. */
const cycle = (t: number, top: number, first: number, last: number): number =>
	t <= 5 ? wave(first, top, t / 5) : wave(top, last, (t - 5) / 14);

/** Learning rates by call; `momentum` where the schedule moves that too. */
export const rates = {
	none: { at: (_: number, lr: number) => lr },
	constant: { at: (_: number, lr: number) => lr / 2 },
	linearWarmup: { at: (t: number, lr: number) => (t < 8 ? lr * (1 / 3 + (2 / 3) * (t / 8)) : lr) },
	step: { at: (t: number, lr: number) => lr * [1, 0.3, 0.09, 0.027][Math.floor(t / 6)] },
	multiStep: { at: (t: number, lr: number) => (t < 3 ? lr : t < 11 ? 0.5 * lr : 0.25 * lr) },
	exponential: { at: (t: number, lr: number) => lr * 0.9 ** t },
	inverseTime: { at: (t: number, lr: number) => lr / (1 + 0.2 * t) },
	polynomial: { at: (t: number, lr: number) => (t < 15 ? lr * (1 - t / 15) ** 2 : 0) },
	cosine: { at: (t: number, lr: number) => (lr * (1 + Math.cos((Math.PI * t) / 20))) / 2 },
	cosineRestarts: { at: (t: number, lr: number) => (lr * (1 + Math.cos((Math.PI * (t % 7)) / 7))) / 2 },
	cyclic: { at: (t: number, lr: number) => lr + (0.03 - lr) * (1 - Math.abs((t % 8) - 4) / 4) },
	oneCycle: {
		at: (t: number, lr: number) => cycle(t, lr, lr / 25, lr / 25e4),
		momentum: (t: number) => cycle(t, 0.85, 0.95, 0.95),
	},
} as const satisfies Record<string, { at(t: number, lr: number): number; momentum?(t: number): number }>;

const matches = (pattern: string, name: string): boolean => {
	const [head, tail] = pattern.split("*");
	return tail === undefined ? name === pattern : name.startsWith(head) && name.endsWith(tail);
};

/** Runs a combination; `gradients[call][parameter]` are the gradients of each call. */
export function referenceLoop(
	{ rule, own, common, groups, schedule, flushAt, averageDecay }: Combination,
	parameters: readonly ParameterCase[],
	gradients: readonly (readonly (readonly number[])[])[],
): Outcome {
	let leastSigned = Number.POSITIVE_INFINITY;
	const sign = (x: number): number => {
		leastSigned = Math.min(leastSigned, Math.abs(x));
		return Math.sign(x);
	};
	const settings = parameters.map(({ name, shape }) => {
		const group = groups.find(({ match }) => matches(match, name));
		const isMatrix = shape.length >= 2;
		const counts = isMatrix || common.regularize === "all";
		return {
			lrScale: group?.lrScale ?? 1,
			weightDecay: group?.weightDecay ?? (counts ? (common.weightDecay ?? rules[rule].decay) : 0),
			l2: group?.l2 ?? (counts ? (common.l2 ?? 0) : 0),
			l1: group?.l1 ?? (counts ? (common.l1 ?? 0) : 0),
			maxNorm: isMatrix ? (group?.maxNorm === undefined ? (common.maxNorm ?? null) : group.maxNorm) : null,
			own: { ...own, ...group?.options },
		};
	});
	const values = parameters.map((parameter) => [...parameter.values]);
	const averages = values.map((of) => [...of]);
	const sums = values.map((of) => of.map(() => 0));
	let takenCount = 0;
	const ways = values.map((of) => of.map(() => 0));
	const slots = values.map((of) => of.map((): Slots => ({})));
	const gathered = values.map((of) => of.map(() => 0));
	const commonMomentum = rules[rule].momentum(own);
	let [pending, t] = [0, 0];

	const update = (call: number): void => {
		t++;
		const lrNow = rates[schedule].at(call, common.lr);
		const seen = values.map((of, k) =>
			of.map((p, i) => {
				const { l1, l2 } = settings[k];
				const g = gathered[k][i] / pending + l2 * p + (l1 > 0 ? l1 * sign(p) : 0);
				const bound = common.clipValue ?? Number.POSITIVE_INFINITY;
				return Math.min(bound, Math.max(-bound, g));
			}),
		);
		const norms = seen.map((of, k) => (parameters[k].trained ? Math.hypot(...of) : 0));
		const joint = Math.hypot(...norms);
		values.forEach((of, k) => {
			if (!parameters[k].trained) return;
			const { lrScale, weightDecay, maxNorm, own: options } = settings[k];
			const factor = Math.min(
				1,
				(common.clipNorm ?? Number.POSITIVE_INFINITY) / (joint + 1e-6),
				(common.clipTensorNorm ?? Number.POSITIVE_INFINITY) / (norms[k] + 1e-6),
			);
			const lr = lrNow * lrScale;
			const ownMomentum = rules[rule].momentum(options);
			const schedules = rates[schedule] as { momentum?(t: number): number };
			// A group that states a momentum of its own keeps it; schedules move the common one.
			const momentum = ownMomentum === commonMomentum && ownMomentum > 0 ? (schedules.momentum?.(call) ?? ownMomentum) : ownMomentum;
			const move = rules[rule].move(options);
			const before = [...of];
			of.forEach((p, i) => {
				of[i] = move(p * (1 - lr * weightDecay), seen[k][i] * factor, slots[k][i], { t, lr, momentum, sign });
			});
			if (maxNorm !== null && lrScale > 0) limitRows(of, parameters[k].shape[0], maxNorm);
			of.forEach((p, i) => {
				ways[k][i] += Math.abs(p - before[i]);
			});
		});
		gathered.forEach((of) => {
			of.fill(0);
		});
		if (t >= 4 && t % 2 === 0) {
			takenCount++;
			for (const [k, of] of sums.entries()) for (let i = 0; i < of.length; i++) of[i] += values[k][i];
		}
		averages.forEach((of, k) => {
			of.forEach((mean, i) => {
				of[i] = averageDecay * mean + (1 - averageDecay) * values[k][i];
			});
		});
		pending = 0;
	};

	for (let call = 0; call < CALLS; call++) {
		gradients[call].forEach((of, k) => {
			of.forEach((g, i) => {
				gathered[k][i] += g;
			});
		});
		pending++;
		if (pending === (common.accumulate ?? 1) || call === flushAt || call === CALLS - 1) update(call);
	}
	const means = takenCount === 0 ? values : sums.map((of) => of.map((sum) => sum / takenCount));
	return { values, averages, means, ways, leastSigned };
}

function limitRows(values: number[], rowCount: number, maxNorm: number): void {
	const width = values.length / rowCount;
	for (let row = 0; row < rowCount; row++) {
		const norm = Math.hypot(...values.slice(row * width, (row + 1) * width));
		if (norm <= maxNorm) continue;
		for (let i = row * width; i < (row + 1) * width; i++) values[i] *= maxNorm / norm;
	}
}
