/** The layers of the shelf. A new one is a file here, a test and a line below. */
export { AdaptiveAvgPool2d, adaptiveAvgPool2dLayer } from "./adaptive-avg-pool2d.ts";
export { AdaptiveMaxPool2d, adaptiveMaxPool2dLayer } from "./adaptive-max-pool2d.ts";
export { AlphaDropout, alphaDropoutLayer } from "./alpha-dropout.ts";
export type { AttentionMasks } from "./attention/masks.ts";
export type { Attended } from "./attention/scaled-dot-product.ts";
export { AvgPool1d, avgPool1dLayer } from "./avg-pool1d.ts";
export { AvgPool2d, avgPool2dLayer } from "./avg-pool2d.ts";
export { BasicBlock, type BasicBlockOptions, basicBlockLayer } from "./basic-block.ts";
export { BatchNorm, type BatchNormLayerOptions, batchNormLayer } from "./batch-norm.ts";
export { ConvTranspose1d, convTranspose1dLayer } from "./conv-transpose1d.ts";
export { ConvTranspose2d, convTranspose2dLayer } from "./conv-transpose2d.ts";
export { Conv1d, conv1dLayer } from "./conv1d.ts";
export { Conv2d, conv2dLayer } from "./conv2d.ts";
export type { ConvLayerOptions } from "./convolution-layer.ts";
export { DropPath, dropPathLayer } from "./drop-path.ts";
export type { DropOptions } from "./drop-rate.ts";
export { Dropout, type DropoutLayerOptions, type DropoutMode, dropoutLayer } from "./dropout.ts";
export { EmbedColumns, type EmbedColumnsOptions, embedColumnsLayer } from "./embed-columns.ts";
export { Embedding, embeddingLayer } from "./embedding.ts";
export { EmbeddingBag, type EmbeddingBagLayerOptions, embeddingBagLayer } from "./embedding-bag.ts";
export { Flatten, flattenLayer } from "./flatten.ts";
export { GlobalAvgPool, globalAvgPoolLayer } from "./global-avg-pool.ts";
export { GroupNorm, groupNormLayer } from "./group-norm.ts";
export { GRU, gruLayer } from "./gru.ts";
export { InstanceNorm, instanceNormLayer } from "./instance-norm.ts";
export { type ExampleNormOptions, LayerNorm, layerNormLayer } from "./layer-norm.ts";
export { LearnedPositions, learnedPositionsLayer } from "./learned-positions.ts";
export { Linear, type LinearOptions, linearLayer } from "./linear.ts";
export { LSTM, type LSTMOptions, type LSTMState, lstmLayer } from "./lstm.ts";
export { MaxPool1d, maxPool1dLayer } from "./max-pool1d.ts";
export { MaxPool2d, maxPool2dLayer } from "./max-pool2d.ts";
export {
	type AttentionInputs,
	MultiHeadAttention,
	type MultiHeadAttentionOptions,
	multiHeadAttentionLayer,
} from "./multi-head-attention.ts";
export { PositionalEncoding, type PositionalEncodingOptions, positionalEncodingLayer } from "./positional-encoding.ts";
export type { Lengths } from "./recurrent/lengths.ts";
export type { RecurrentOptions, RecurrentReturns } from "./recurrent/options.ts";
export { Recurrent, type RecurrentInputs, type RecurrentRun } from "./recurrent/recurrent.ts";
export { Reshape, reshapeLayer } from "./reshape.ts";
export { Residual, type ResidualOptions, residualLayer } from "./residual.ts";
export { RMSNorm, rmsNormLayer } from "./rms-norm.ts";
export { RNN, type RNNOptions, rnnLayer } from "./rnn.ts";
export { SpatialDropout, spatialDropoutLayer } from "./spatial-dropout.ts";
export type { EmbeddingOptions } from "./token-table.ts";
export { TransformerEncoder, type TransformerOptions, transformerEncoderLayer } from "./transformer-encoder.ts";
export { TransformerEncoderLayer, type TransformerLayerOptions } from "./transformer-encoder-layer.ts";
export type { TransposedLayerOptions } from "./transposed-layer.ts";
export { Upsample, type UpsampleMode, upsampleLayer } from "./upsample.ts";
