/** The same type with every property and element read-only, down to its leaves. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T
