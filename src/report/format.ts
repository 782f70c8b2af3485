/** Numbers as reports write them. */

/** Four significant digits, without an exponent where it can be avoided, with a true minus sign. */
export function formatNumber(value: number): string {
	if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
	const size = Math.abs(value);
	const text =
		value !== 0 && (size < 1e-3 || size >= 1e7) ? value.toExponential(2).replace("e+", "e") : String(Number(value.toPrecision(4)));
	return text.replaceAll("-", "−");
}

/** 0.1234 as `12.3 %`. */
export function formatPercent(share: number): string {
	return Number.isFinite(share) ? `${(100 * share).toFixed(1).replace("-", "−")} %` : "NaN";
}

/** Scores that are shares of examples. */
const SHARES: ReadonlySet<string> = new Set(["accuracy", "topK", "precision", "recall", "f1"]);

/** Whether a score is a share of examples, to be written in percent. */
export function isShare(name: string): boolean {
	return SHARES.has(name);
}

/** A score as people read it: shares in percent, others in four digits. */
export function formatScore(name: string, value: number): string {
	return isShare(name) && Number.isFinite(value) ? `${(100 * value).toFixed(2).replace("-", "−")} %` : formatNumber(value);
}

/** `12,345` */
export function formatCount(value: number): string {
	return value.toLocaleString("en-US");
}

/** `12.4 s`, `3:07`, `1:02:45`. */
export function formatSeconds(seconds: number): string {
	if (seconds < 60) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
	const tail = String(whole % 60).padStart(2, "0");
	return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
