/** Numbers as charts show them: short, with a true minus sign. */

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Whole numbers below 10,000 as they are, others to three significant digits: 0.0123, 12.3, 1234, 12.3k, 1.2e−5. */
export function formatShort(value: number): string {
	if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
	if (Number.isInteger(value) && Math.abs(value) < 1e4) return trueMinus(String(value + 0));
	const rounded = Number(value.toPrecision(3));
	const size = Math.abs(rounded);
	if (size < 1e-3 || size >= 1e12) return trueMinus(rounded.toExponential().replace("e+", "e"));
	const unit = unitOf(size);
	return trueMinus(`${Number((rounded / unit.size).toPrecision(3))}${unit.suffix}`);
}

/** 10 to a whole power: 10⁻⁵. */
export function formatPower(exponent: number): string {
	const digits = Array.from(String(Math.abs(exponent)), (digit) => superscripts[Number(digit)]).join("");
	return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** Labels of evenly spaced ticks, all with the same decimals and the same unit. */
export function formatTicks(ticks: readonly number[], step: number): string[] {
	const largest = Math.max(0, ...ticks.map(Math.abs));
	if (largest > 0 && (largest < 1e-3 || largest >= 1e12)) {
		const exponent = Math.floor(Math.log10(largest) + 1e-9);
		const decimals = decimalsOf(step / 10 ** exponent);
		return ticks.map((tick) => (tick === 0 ? "0" : trueMinus(`${(tick / 10 ** exponent).toFixed(decimals)}e${exponent}`)));
	}
	const unit = unitOf(largest);
	const decimals = decimalsOf(step / unit.size);
	return ticks.map((tick) => (tick === 0 ? "0" : trueMinus(`${(tick / unit.size).toFixed(decimals)}${unit.suffix}`)));
}

function unitOf(largest: number): { size: number; suffix: string } {
	if (largest >= 1e9) return { size: 1e9, suffix: "G" };
	if (largest >= 1e6) return { size: 1e6, suffix: "M" };
	return largest >= 1e4 ? { size: 1e3, suffix: "k" } : { size: 1, suffix: "" };
}

/** Decimals that tell multiples of a 1-2-5 step apart. */
function decimalsOf(step: number): number {
	return Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}

function trueMinus(text: string): string {
	return text.replaceAll("-", "−");
}
