/** Figures: pure functions from data to SVG that needs nothing else. */
export * from "./charts/index.ts";
export { type InitFigureData, type InitFigureEntry, type InitFigureOptions, initReportFigure } from "./init-report-figure.ts";
