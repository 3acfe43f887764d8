/** What `test/run.ts` and the processes that run test files tell each other. */

/** Told to a test process: the file to run, a path from the folder of all tests. */
export interface RunFile {
  readonly file: string
  /** Where the browser listens that test files share; absent for files that open none. */
  readonly browser?: string
}

/** How a test file ended. */
export interface FileEnd {
  readonly total: number
  readonly passed: number
  /** What is wrong with the file as a whole: what it threw, changed or left behind. */
  readonly complaints: readonly string[]
}

/** Told by a test process. */
export type TestProcessMessage =
  | { readonly kind: 'ready' }
  /** Text that a test file wrote. */
  | { readonly kind: 'output'; readonly text: string }
  | ({ readonly kind: 'ended' } & FileEnd)
