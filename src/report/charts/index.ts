/** Charts: pure functions from data to self-contained SVG. */
export { type BarChartData, type BarChartOptions, type BarSeries, barChart } from "./bar-chart.ts";
export { type ChartGridOptions, chartGrid, type SmallChart } from "./chart-grid.ts";
export type { GridFunction } from "./contour.ts";
export type { ChartOptions } from "./drawing.ts";
export { type HeatmapData, type HeatmapOptions, heatmap } from "./heatmap.ts";
export { type HistogramGridOptions, type HistogramPanel, histogramGrid } from "./histogram-grid.ts";
export { type LineChartOptions, type LineSeries, lineChart, type Marker } from "./line-chart.ts";
export type { PanelOptions } from "./panel.ts";
export { type PathChartData, type PathChartOptions, type PathSeries, pathChart } from "./path-chart.ts";
export type { AxisOptions } from "./scale.ts";
export { type ScatterPlotOptions, type ScatterSeries, scatterPlot } from "./scatter-plot.ts";
