import { describe, expect, it } from "vitest";
import { selectRows } from "./select-rows.ts";
import type { Table } from "./table.ts";

const table: Table = {
	rowCount: 3,
	columns: [
		{ kind: "numeric", name: "n", values: Float64Array.of(1, 2, 3), temporal: true },
		{ kind: "nominal", name: "c", categories: ["a", "b"], codes: Int32Array.of(0, 1, -1) },
		{ kind: "text", name: "t", values: ["x", null, "z"] },
	],
};

describe("selectRows", () => {
	it("takes rows in the order asked for, as often as asked for", () => {
		expect(selectRows(table, [2, 0, 2])).toEqual({
			rowCount: 3,
			columns: [
				{ kind: "numeric", name: "n", values: Float64Array.of(3, 1, 3), temporal: true },
				{ kind: "nominal", name: "c", categories: ["a", "b"], codes: Int32Array.of(-1, 0, -1) },
				{ kind: "text", name: "t", values: ["z", "x", "z"] },
			],
		});
	});

	it.each([[[3]], [[-1]], [[0.5]]])("refuses %j", (rows) => {
		expect(() => selectRows(table, rows)).toThrow(/row numbers from 0 to 2/);
	});
});
