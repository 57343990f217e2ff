// biome-ignore-all lint/suspicious/noConfusingVoidType: what void becomes is tested here.
import type { APIGatewayProxyResult, APIGatewayProxyResultV2 } from 'aws-lambda'
import type { Jsonify, Wire } from '../../src/fixtures/handle/inference.ts'
import type { Equal, Hold } from './expect-type.ts'

interface Order {
  id: string
  qty: number
  tags?: string[]
}
interface Tree {
  value: number
  children: Tree[]
}
declare enum Colour {
  Red = 'red',
}
declare const id: unique symbol
declare class Money {
  amount: number
  currency: string
  constructor(amount: number)
  add(other: Money): Money
  toJSON(): { amount: string }
}
declare class Point {
  x: number
  readonly y: number
  distance(): number
}

export type Primitives = Hold<
  [
    Equal<Wire<string>, string>,
    Equal<Wire<number>, number>,
    Equal<Wire<boolean>, boolean>,
    Equal<Wire<null>, null>,
    Equal<Wire<'a' | 'b'>, 'a' | 'b'>,
    Equal<Wire<Colour>, Colour>,
    Equal<Wire<any>, any>,
    Equal<Wire<unknown>, unknown>,
  ]
>

export type Nothing = Hold<
  [
    Equal<Wire<void>, null>,
    Equal<Wire<undefined>, null>,
    Equal<Wire<string | undefined>, string | null>,
    Equal<Wire<string | void>, string | null>,
    Equal<Wire<() => void>, null>,
    Equal<Wire<symbol>, null>,
  ]
>

/** Where JSON changes nothing, the type itself is left, so that editors show its name. */
export type Unchanged = Hold<
  [
    Equal<Wire<Order>, Order>,
    Equal<Wire<Tree>, Tree>,
    Equal<Wire<Order[]>, Order[]>,
    Equal<Wire<[string, number]>, [string, number]>,
    Equal<Wire<Record<string, number>>, Record<string, number>>,
    Equal<Wire<APIGatewayProxyResult>, APIGatewayProxyResult>,
    Equal<Wire<APIGatewayProxyResultV2>, APIGatewayProxyResultV2>,
    Equal<Wire<{ readonly a: string; b?: { c: null } }>, { readonly a: string; b?: { c: null } }>,
  ]
>

export type Changed = Hold<
  [
    Equal<Wire<Date>, string>,
    Equal<Wire<URL>, string>,
    Equal<Wire<{ at: Date }>, { at: string }>,
    Equal<Wire<{ at?: Date }>, { at?: string }>,
    Equal<Wire<{ at: Date | undefined }>, { at?: string }>,
    Equal<Wire<{ at: Date | null }>, { at: string | null }>,
    Equal<Wire<Date[]>, string[]>,
    Equal<Wire<[Date, number]>, [string, number]>,
    Equal<Wire<Buffer>, { type: 'Buffer'; data: number[] }>,
    Equal<Wire<{ m: Map<string, number>; s: Set<string> }>, { m: Record<string, never>; s: Record<string, never> }>,
    Equal<Wire<Money>, { amount: string }>,
    Equal<Wire<Point>, { x: number; readonly y: number }>,
    Equal<Wire<{ a: number; f(): void }>, { a: number }>,
    Equal<Wire<{ a: number; [id]: string }>, { a: number }>,
    Equal<Wire<{ a: number; u: undefined }>, { a: number }>,
    Equal<Wire<(string | undefined)[]>, (string | null)[]>,
    Equal<Wire<(() => void)[]>, null[]>,
    Equal<Wire<{ ok: true; at: Date } | { ok: false; why: string }>, { ok: true; at: string } | { ok: false; why: string }>,
    Equal<Wire<{ deep: { list: { at: Date }[] } }>, { deep: { list: { at: string }[] } }>,
    Equal<Wire<{ x: any; y: Date }>, { x: any; y: string }>,
    Equal<Wire<{ x: unknown; y: Date }>, { x: unknown; y: string }>,
    Equal<Wire<{ at: Date } | undefined>, { at: string } | null>,
  ]
>

/** JSON has no bigint: sending one throws, so nothing can be received. */
export type Impossible = Hold<[Equal<Jsonify<bigint>, never>]>
