/** What weight decay and dropout are both held to: the same claims over the same network. */
import type { Claim } from "./framework.ts";
import { last, mean, percent, spread } from "./numbers.ts";
import { gapOf } from "./overfit.ts";
import type { Curves } from "./training.ts";

/** Claims about a remedy for over-fitting, and what was seen in a sentence. */
export function remedyClaims(
	name: string,
	runs: readonly { readonly plain: Curves; readonly remedied: Curves }[],
): { claims: Claim[]; says: string } {
	const plainGap = runs.map(({ plain }) => gapOf(plain));
	const gap = runs.map(({ remedied }) => gapOf(remedied));
	const train = runs.map(({ remedied }) => last(remedied.trainAccuracy));
	const test = runs.map(({ remedied }) => last(remedied.testAccuracy));
	const plainTest = runs.map(({ plain }) => last(plain.testAccuracy));
	const smaller = 1 - mean(gap) / mean(plainGap);
	return {
		claims: [
			{
				...{ claim: `The gap narrows with ${name}`, expected: "by at least a third, mean over the seeds" },
				...{ measured: `by ${percent(smaller)}: from ${spread(plainGap, percent)} to ${spread(gap, percent)}`, holds: smaller >= 1 / 3 },
			},
			{
				...{ claim: "The training images are no longer learned completely", expected: "training accuracy below 100 % with every seed" },
				...{ measured: spread(train, percent), holds: train.every((share) => share < 1) },
			},
		],
		says:
			`With ${name} training accuracy ends at ${spread(train, percent)}, test accuracy at ${spread(test, percent)}, against 100 % and ${spread(plainTest, percent)} without: ` +
			`the gap shrinks by ${percent(smaller)}, ${mean(test) > mean(plainTest) + 0.005 ? "and test accuracy gains" : "mostly because training is held back: a smaller gap alone does not make a better network"}.`,
	};
}
