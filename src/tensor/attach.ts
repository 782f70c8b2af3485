/** Makes every operation of `ops/methods.ts` a method of `Tensor`. */
import * as methods from "./ops/methods.ts";
import { Tensor } from "./tensor.ts";

type AnyOperation = (x: Tensor, ...rest: unknown[]) => unknown;

for (const [name, operation] of Object.entries(methods as unknown as Record<string, AnyOperation>)) {
	Object.defineProperty(Tensor.prototype, name, {
		value(this: Tensor, ...rest: unknown[]): unknown {
			return operation(this, ...rest);
		},
		configurable: true,
		writable: true,
	});
}
