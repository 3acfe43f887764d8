/** The request to the process that answers queries, its replies, and its time. */

/** The time limit of user queries, which may take longer than the store's own. */
export const QUERY_MS_MAX = 60_000

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
