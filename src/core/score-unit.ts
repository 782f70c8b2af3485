/** What a score is measured in: metrics declare it, reports and terminal write numbers by it. */

/** A share from 0 to 1, written in percent; an error in the units of what is predicted; or a number without unit. */
export type ScoreUnit = "share" | "target" | "none";
