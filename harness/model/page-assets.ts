/** Texts that pages are made with: they know nothing of a run. */
export interface PageAssets {
  /** Script of stored reports and of pages about them. */
  readonly report: string
  /** Script of the live page. */
  readonly dashboard: string
  readonly style: string
}
