type IsAny<T> = 0 extends 1 & T ? true : false
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false

/** Compiles only if `A` is `B`: `any` is nothing but `any`, and optional is not the same as `| undefined`. */
export type Equal<A, B> = IsAny<A> extends IsAny<B> ? (IsAny<B> extends IsAny<A> ? Same<A, B> : false) : false

/** A list of comparisons, each of which must hold. */
export type Hold<T extends readonly true[]> = T

/** What `H` is, for places that need a value. */
export declare const some: <T>() => T
