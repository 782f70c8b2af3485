/** What a recurrent cell is: the formulas of one step and of its derivative. How they run over time is in scan.ts. */
import { constant, type Formula, formula, inputsOf, type Scalar } from "../../../kernels/formula.ts";
import { scalars } from "../../../kernels/scalar-functions.ts";

/** One step of a cell. All lists hold one expression for each gate or for each state. */
export interface StepInputs {
	/** x · inputWeightᵀ + inputBias, by gate. */
	readonly input: readonly Scalar[];
	/** h · stateWeightᵀ + stateBias, by gate. */
	readonly recurrent: readonly Scalar[];
	/** States before the step; the first is h. */
	readonly previous: readonly Scalar[];
}

/** What a step gives. */
export interface StepResults {
	/** States after it; the first is h, which is also the output. */
	readonly next: readonly Scalar[];
	/** Values that the derivative reads besides the states. */
	readonly saved: readonly Scalar[];
}

/** What the derivative of a step reads. */
export interface BackInputs {
	/** Gradients of the states after the step. */
	readonly grad: readonly Scalar[];
	readonly saved: readonly Scalar[];
	readonly previous: readonly Scalar[];
	readonly next: readonly Scalar[];
}

/** What the derivative of a step gives. */
export interface BackResults {
	/** Gradient of `StepInputs.input`, by gate. */
	readonly input: readonly Scalar[];
	/** Gradient of `StepInputs.recurrent`; null: the same as that of `input`. */
	readonly recurrent: readonly Scalar[] | null;
	/** Gradients of the states before the step, but for what comes through `recurrent`; null for 0. */
	readonly previous: readonly (Scalar | null)[];
}

/** A cell as a file of this folder states it. */
export interface CellFacts {
	readonly name: string;
	/** Names of the gates: blocks of rows of the weights, in PyTorch's order. */
	readonly gates: readonly string[];
	readonly stateCount: number;
	readonly savedCount: number;
	step(inputs: StepInputs): StepResults;
	/** Derivative of `step`; a test holds it against the rules of the formulas. */
	back(inputs: BackInputs): BackResults;
}

/** A formula that reads some of a list of values, and which. */
export interface Compact {
	readonly formula: Formula;
	readonly reads: readonly number[];
}

/** A cell's formulas, with a mask or without. */
export interface CellFormulas {
	/** Reads of [input, recurrent, previous, mask]; gives [next, saved]. */
	readonly step: Compact;
	/** The same for each single state: what the tape can differentiate by rule. */
	readonly nextAlone: readonly Compact[];
	/** Reads of [grad, saved, previous, next, gradPrevious, mask]; gives [input, recurrent if it differs, gradPrevious of `carried`]. */
	readonly back: Compact;
	/** States whose gradient goes to the step before directly. */
	readonly carried: readonly number[];
}

/** A recurrent cell. */
export interface Cell extends Omit<CellFacts, "step" | "back"> {
	/** Whether `input` and `recurrent` have different gradients. */
	readonly splitsGradient: boolean;
	readonly plain: CellFormulas;
	/** Where the mask is false a step changes nothing. */
	readonly masked: CellFormulas;
}

/** Makes a cell from its formulas. */
export function defineCell(facts: CellFacts): Cell {
	const probe = facts.back(backInputs(facts, () => constant(0)));
	return {
		name: facts.name,
		gates: facts.gates,
		stateCount: facts.stateCount,
		savedCount: facts.savedCount,
		splitsGradient: probe.recurrent !== null,
		plain: formulasOf(facts, false),
		masked: formulasOf(facts, true),
	};
}

function formulasOf(facts: CellFacts, masked: boolean): CellFormulas {
	const { name, gates, stateCount, savedCount } = facts;
	const stepArity = 2 * gates.length + stateCount;
	const step = (at: (i: number) => Scalar): StepResults => {
		const take = taker(at);
		const inputs = { input: take(gates.length), recurrent: take(gates.length), previous: take(stateCount) };
		const { next, saved } = facts.step(inputs);
		if (!masked) return { next, saved };
		return { next: next.map((value, s) => scalars.select(at(stepArity), value, inputs.previous[s])), saved };
	};
	const backArity = 4 * stateCount + savedCount;
	const back = (at: (i: number) => Scalar): BackResults & { readonly accumulated: readonly Scalar[] } => {
		const inputs = backInputs(facts, at);
		const sofar = (s: number): Scalar => at(3 * stateCount + savedCount + s);
		const found = facts.back(inputs);
		if (!masked) {
			return { ...found, accumulated: found.previous.flatMap((direct, s) => (direct === null ? [] : [sofar(s).add(direct)])) };
		}
		const active = (value: Scalar): Scalar => scalars.select(at(backArity), value, 0);
		return {
			input: found.input.map(active),
			recurrent: found.recurrent?.map(active) ?? null,
			previous: found.previous,
			// A step that changes nothing hands the gradient on as it is.
			accumulated: found.previous.map((direct, s) => sofar(s).add(scalars.select(at(backArity), direct ?? 0, inputs.grad[s]))),
		};
	};
	const { previous } = facts.back(backInputs(facts, () => constant(0)));
	return {
		step: compact(name, stepArity + 1, (at) => {
			const { next, saved } = step(at);
			return [...next, ...saved];
		}),
		nextAlone: Array.from({ length: stateCount }, (_, s) => compact(name, stepArity + 1, (at) => [step(at).next[s]])),
		back: compact(`${name}Gradient`, backArity + 1, (at) => {
			const { input, recurrent, accumulated } = back(at);
			return [...input, ...(recurrent ?? []), ...accumulated];
		}),
		carried: previous.map((_, s) => s).filter((s) => masked || previous[s] !== null),
	};
}

function backInputs({ stateCount, savedCount }: CellFacts, at: (i: number) => Scalar): BackInputs {
	const take = taker(at);
	return { grad: take(stateCount), saved: take(savedCount), previous: take(stateCount), next: take(stateCount) };
}

/** Hands out expressions one after the other. */
function taker(at: (i: number) => Scalar): (count: number) => Scalar[] {
	let taken = 0;
	return (count) => Array.from({ length: count }, () => at(taken++));
}

/** A formula over those of `arity` values that it needs: a kernel loads all of its inputs, used or not. */
function compact(name: string, arity: number, build: (at: (i: number) => Scalar) => readonly Scalar[]): Compact {
	const used = inputsOf(formula(name, (...all) => build((i) => all[i]), arity).outputs);
	const reads = Array.from({ length: arity }, (_, i) => i).filter((i) => used.has(i));
	return { reads, formula: formula(name, (...given) => build((i) => given[reads.indexOf(i)] ?? constant(0)), reads.length) };
}
