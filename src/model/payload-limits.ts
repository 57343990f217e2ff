/** Bytes of an event. @see contract 2.3 */
export const REQUEST_LIMIT = 6_291_456
/** Bytes of a response. @see contract 2.3 */
export const RESPONSE_LIMIT = 6_291_556
