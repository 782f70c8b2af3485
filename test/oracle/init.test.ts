/** Initializers against torch.nn.init, where nothing is random. Fixtures: make_init.py. */

import { RandomStream } from "../../src/core/random/index.ts";
import { delta } from "../../src/nn/init/delta.ts";
import { fansOf } from "../../src/nn/init/fans.ts";
import { identity } from "../../src/nn/init/identity.ts";
import { randomFrame } from "../../src/nn/init/random-frame.ts";
import * as g from "../../src/tensor/index.ts";
import { checkAgainstOracle } from "./check.ts";

const rng = new RandomStream(1);

checkAgainstOracle("init", {
	calls: {
		identity: (_, [shape, options]) => identity(options as object)(shape as number[], rng),
		delta: (_, [shape, options]) => delta(options as object)(shape as number[], rng),
		fans: (_, [shape]) => {
			const { fanIn, fanOut } = fansOf(shape as number[], "test");
			return g.tensor([fanIn, fanOut]);
		},
		randomFrame: ([x]) => randomFrame(x),
	},
	tolerances: { identity: "bits", delta: "bits", fans: "bits" },
});
