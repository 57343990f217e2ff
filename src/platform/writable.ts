/** What is being made, before others may only read it. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] }
