/** `npm run -s bench -- <command>`: the benchmarks by name. */
const commands: Record<string, { file: string; about: string }> = {
	steps: { file: "./steps.ts", about: "microseconds a training step of the works W1–W8, on Gradus alone" },
	matmul: { file: "./gemm.ts", about: "GFLOP/s of matrix products, beside a BLAS if there is one" },
	overhead: { file: "./overhead.ts", about: "steps of the MLPs W1 and W3 on native beside their bare products in a BLAS" },
	elementwise: { file: "./elementwise.ts", about: "formulas against a plain copy, 10⁶ floats" },
	layers: { file: "./layers.ts", about: "forward and backward of single layers beside PyTorch" },
	optimizers: { file: "./optimizers.ts", about: "optimizer steps over 10⁶ parameters beside PyTorch, interleaved" },
	trainer: { file: "./trainer.ts", about: "what the trainer's records cost beside a bare loop" },
	convergence: { file: "./convergence.ts", about: "each optimizer on 2,000 MNIST images: test accuracy and seconds" },
	recurrent: { file: "./recurrent.ts", about: "RNN, GRU and LSTM beside PyTorch, interleaved" },
	"large-csv": { file: "./large-csv/index.ts", about: "a CSV of 2 GB from the file to a scored model: seconds and memory" },
	startup: { file: "./startup.ts", about: "from process start to the first step of W1" },
	versus: { file: "./versus.ts", about: "the works in PyTorch, jax-js, tfjs and Gradus, interleaved" },
};

const [name = "", ...rest] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
	console.error(`Which benchmark? ${name === "" ? "" : `There is no "${name}". `}Choose one:`);
	for (const [key, { about }] of Object.entries(commands)) console.error(`  npm run -s bench -- ${key.padEnd(12)} ${about}`);
	process.exitCode = 2;
} else {
	process.argv = [process.argv[0], new URL(command.file, import.meta.url).pathname, ...rest];
	await import(command.file);
}
