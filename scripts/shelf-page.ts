/** The page docs/shelf.md, made from the registries: what is on the shelf, with formulas, options, defaults, bounds and sources. */
import { type Shelf, shelf } from "../src/config/shelf.ts";
import { expectation, type OptionSpec } from "../src/core/options.ts";
import type { Technique } from "../src/core/technique.ts";
import { gainOf } from "../src/nn/activations/activation.ts";

type KindName = keyof Shelf;
type TechniqueOf<K extends KindName> = Shelf[K] extends Iterable<infer T> ? T : never;

/** A section: its title, what stands under it, and columns that only this kind has. */
interface Section<T> {
	readonly title: string;
	readonly about: string;
	readonly columns: Readonly<Record<string, (technique: T) => string>>;
}

const sections: { readonly [K in KindName]: Section<TechniqueOf<K>> } = {
	layer: {
		title: "Layers",
		about: "In a config `{ conv2d: { out: 32, kernel: 3 } }`, in code `new Conv2d(1, 32, { kernel: 3, rng })` from `gradus/nn`.",
		columns: {},
	},
	activation: {
		title: "Activations",
		about:
			'Layers by name in a config (`"relu"`, `{ leakyReLU: 0.1 }`), `activation("relu")` in a `Sequential`, `activations.relu(x)` as a function. The gain is what initial weights before it are scaled with; range, saturation and gain are those of the default options.',
		columns: {
			range: ({ range: [low, high] }) => `${bound(low, "(")}, ${bound(high, ")")}`,
			"zero-centred": ({ zeroCentred }) => (zeroCentred ? "yes" : "no"),
			saturates: ({ saturates }) => saturates,
			gain: (technique) => short(gainOf(technique)),
		},
	},
	initializer: {
		title: "Initializers",
		about: '`weightInit: "xavierNormal"` in a config, for the whole network or for one layer; `initializers.heNormal()` in code.',
		columns: {},
	},
	loss: {
		title: "Losses",
		about: "`loss: { huber: { delta: 2 } }` in a config, `losses.huber(prediction, target, { delta: 2 })` in code.",
		columns: { target: ({ target }) => target, "takes logits": ({ takesLogits }) => (takesLogits ? "yes" : "no") },
	},
	optimizer: {
		title: "Optimizers",
		about: "`optimizer: { adamW: { lr: 1e-3 } }` in a config, `adamW(model.parameters(), { lr: 1e-3 })` in code.",
		columns: {},
	},
	schedule: {
		title: "Learning-rate schedules",
		about:
			'`schedule: "cosine"` in a config, `schedules.cosine({ steps: 1000 })` in code. t counts steps from 0. Options that are said to follow from the training need not be given in a config.',
		columns: {},
	},
	model: {
		title: "Models",
		about:
			'Recipes that give a list of layers: `model: "mlp:256x3"` or `model: { cnn: { channels: [16, 32] } }` in a config, `modelLayers` in code.',
		columns: {},
	},
	metric: {
		title: "Metrics",
		about: '`metrics: ["accuracy", "f1"]` in a config, `metrics.accuracy` for the trainer and `evaluate`.',
		columns: { task: ({ task }) => task, better: ({ goal }) => (goal === "max" ? "higher" : "lower") },
	},
	augmentation: {
		title: "Augmentation",
		about:
			'Random changes of training images: `augmentation: ["flip", { crop: 4 }]` in a config, `augmentation.flip()` from `gradus/data`.',
		columns: {},
	},
};

/** The whole page as Markdown. */
export function shelfPage(): string {
	const kinds = Object.keys(sections) as KindName[];
	const index = kinds.map((kind) => {
		const { title } = sections[kind];
		return `- [${title}](#${title.toLowerCase().replaceAll(" ", "-")}): ${shelf[kind].names.map(code).join(", ")}`;
	});
	return [
		"# The shelf",
		"",
		"Everything that has a name in a config, with its defaults and bounds. This page is made from the code: `npm run make:shelf`.",
		'A technique is named alone (`"relu"`), with options (`{ leakyReLU: { slope: 0.1 } }`), or with the value of its main option (`{ dropout: 0.5 }`), marked • below.',
		"",
		...index,
		...kinds.flatMap((kind) => section(kind)),
		"",
	].join("\n");
}

function section<K extends KindName>(kind: K): string[] {
	const { title, about, columns } = sections[kind] as Section<Technique>;
	const techniques = [...(shelf[kind] as Iterable<Technique>)];
	const facts = techniques.map((technique) => [
		[technique.name, ...(technique.aliases ?? [])].map(code).join(", also "),
		code(technique.formula),
		...Object.values(columns).map((cell) => cell(technique)),
		linked(technique.source),
		technique.torch === null ? "—" : code(technique.torch),
	]);
	return [
		"",
		`## ${title}`,
		"",
		about,
		"",
		...table(["name", "formula", ...Object.keys(columns), "source", "PyTorch"], facts),
		...optionTables(techniques),
	];
}

/** Options that more than half of at least four techniques share are listed once; where a default is another, again with its technique. */
function optionTables(techniques: readonly Technique[]): string[] {
	const common = commonOptions(techniques);
	const shared = [...common].map(([name, { spec, missing }]) => {
		const except = missing.length > 0 ? ` (not in ${missing.map(code).join(", ")})` : "";
		return [code(name), defaultOf(spec), expected(spec), `${spec.about}${except}`];
	});
	const own = techniques.flatMap((technique) =>
		Object.entries(technique.options).flatMap(([name, spec]) => {
			const known = common.get(name)?.spec;
			if (known !== undefined && defaultOf(known) === defaultOf(spec)) return [];
			const isInferred = technique.inferred?.includes(name) ?? false;
			const bullet = technique.shorthand === name ? " •" : "";
			return [
				[code(technique.name), `${code(name)}${bullet}`, isInferred ? "by the training" : defaultOf(spec), expected(spec), spec.about],
			];
		}),
	);
	// A technique's name stands once, before its first option.
	const rows = own.map(([name, ...rest], i) => [own[i - 1]?.[0] === name ? "" : name, ...rest]);
	return [
		...(shared.length === 0 ? [] : ["", "Common options:", "", ...table(["option", "default", "expected", "meaning"], shared)]),
		...(rows.length === 0 ? [] : ["", "Options:", "", ...table(["of", "option", "default", "expected", "meaning"], rows)]),
	];
}

/** Fewer techniques have nothing in common worth a table. */
const LEAST_SHARING = 4;

function commonOptions(techniques: readonly Technique[]): Map<string, { spec: OptionSpec; missing: string[] }> {
	const found = new Map<string, { spec: OptionSpec; missing: string[] }>();
	const names = new Set(techniques.flatMap(({ options }) => Object.keys(options)));
	for (const name of names) {
		const having = techniques.filter(({ options }) => Object.hasOwn(options, name));
		const specs = having.map(({ options }) => options[name]);
		const alike = specs.every(({ about }) => about === specs[0].about);
		if (!alike || having.length < LEAST_SHARING || having.length <= techniques.length / 2) continue;
		found.set(name, { spec: mostFrequent(specs), missing: techniques.filter((one) => !having.includes(one)).map((one) => one.name) });
	}
	return found;
}

function mostFrequent(specs: readonly OptionSpec[]): OptionSpec {
	const count = (spec: OptionSpec): number => specs.filter((other) => defaultOf(other) === defaultOf(spec)).length;
	return specs.reduce((best, spec) => (count(spec) > count(best) ? spec : best));
}

function defaultOf(spec: OptionSpec): string {
	if (!("default" in spec)) return "required";
	return spec.default === null ? "none" : code(JSON.stringify(spec.default));
}

/** What code alone can give is told by its meaning. */
function expected(spec: OptionSpec): string {
	return spec.kind === "code" ? "given in code" : expectation(spec);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
	const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
	return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)];
}

function code(text: string): string {
	return `\`${text}\``;
}

function linked(source: string): string {
	return source
		.replaceAll(/arXiv:(\d{4}\.\d{4,5})/g, "[arXiv:$1](https://arxiv.org/abs/$1)")
		.replaceAll(/doi:(10\.[^\s,;]+)/g, "[doi:$1](https://doi.org/$1)");
}

function bound(value: number, bracket: "(" | ")"): string {
	const text = Number.isFinite(value) ? short(value) : value < 0 ? "−∞" : "∞";
	const open = Number.isFinite(value) ? (bracket === "(" ? "[" : "]") : bracket;
	return bracket === "(" ? `${open}${text}` : `${text}${open}`;
}

function short(value: number): string {
	return String(Number(value.toFixed(3))).replace("-", "−");
}
