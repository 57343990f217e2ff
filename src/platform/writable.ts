/** Lets the code that makes an object set its members; everybody else gets `T`. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] }
