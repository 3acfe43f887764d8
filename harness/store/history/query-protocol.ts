/** The request to the process that answers queries, and its replies. */

export interface FileQuery {
  /** Path of the history. */
  readonly file: string
  readonly text: string
  readonly rowsMax: number
}

/** One row by column. */
export type QueryRow = Readonly<Record<string, unknown>>

export type QueryAnswer =
  | { readonly kind: 'rows'; readonly rows: readonly QueryRow[] }
  | { readonly kind: 'refused'; readonly message: string }
