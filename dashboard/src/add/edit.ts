/** Where in site.json, and what is to stand there; undefined takes it away. -1 is the end of a list. */
export type Edit = readonly [path: (string | number)[], value: unknown]
