/** What an optimizer saves, and whether a saved state is one of its own. */
import { ArgumentError } from "../core/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Everything needed to go on later as if nothing had happened. */
export interface OptimizerState {
	readonly name: string;
	/** Parameters in the order of the block. */
	readonly parameters: readonly string[];
	readonly stepCount: number;
	/** Calls of `step()` since the last update. */
	readonly pendingCount: number;
	readonly lr: number;
	readonly momentum: number | null;
	/** What the rule keeps for each parameter. */
	readonly slots: Readonly<Record<string, Float32Array>>;
	/** Numbers that the rule keeps. */
	readonly memory: readonly Readonly<Record<string, number>>[];
	/** Gradients gathered so far, if any are pending. */
	readonly gradients: Float32Array | null;
}

/** @throws ArgumentError if the state belongs to other parameters or another optimizer */
export function expectFitting(
	state: OptimizerState,
	own: { readonly name: string; readonly parameters: readonly string[]; readonly slots: Readonly<Record<string, Tensor>> },
): void {
	const { name: optimizer, parameters: names, slots } = own;
	if (state.name !== optimizer) throw new ArgumentError(`${optimizer}: the saved state belongs to ${state.name}.`);
	const other = names.findIndex((name, i) => name !== state.parameters[i]);
	if (other >= 0 || names.length !== state.parameters.length) {
		const at = Math.max(0, other);
		throw new ArgumentError(
			`${optimizer}: the saved state has ${state.parameters.length} parameters, this optimizer ${names.length}; ` +
				`number ${at} is "${state.parameters[at]}" there and "${names[at]}" here.\n` +
				"  Try: the same model and the same groups as when it was saved.",
		);
	}
	for (const [name, tensor] of Object.entries(slots)) {
		const saved = state.slots[name];
		if (saved?.length === tensor.size) continue;
		const received = saved === undefined ? `no "${name}"` : `${saved.length} elements in "${name}"`;
		throw new ArgumentError(`${optimizer}: the saved state has ${received}; expected ${tensor.size}.`);
	}
}

/** Makes a gradient's slot count as filled, as after a backward pass. */
export function markFilled(slot: NonNullable<Tensor["slot"]>): void {
	if (slot.tensor === null || slot.tensor.isDisposed) slot.tensor = slot.make?.() ?? null;
	slot.filled = slot.tensor !== null;
}
