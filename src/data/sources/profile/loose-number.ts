/** Numbers as people write them: with a currency, a unit, per cent, or separators. */
import { parseNumber } from "../cells.ts";

const separated = /^[+-]?\d{1,3}([,.' \u00a0]\d{3})+([.,]\d+)?$/;
const decimalComma = /^[+-]?\d+,\d+$/;
const affixes = /^[\s$€£¥<>~≈]+|[\s$€£¥%°]+$|\s*[a-zµ]{1,3}[²³]?$/gi;

/** Whether a text would be a number but for such additions; plain numbers are. */
export function looksLikeNumber(text: string): boolean {
	const bare = text.trim().replaceAll(affixes, "");
	return /\d/.test(bare) && (!Number.isNaN(parseNumber(bare)) || separated.test(bare) || decimalComma.test(bare));
}
