/** Settings that every function of the programmatic API takes. */
import { BASELINES_FOLDER } from '../app/compare/baselines.ts'
import type { BaselineRef } from '../app/compare/compare.ts'

/** The project that a function works in. */
export interface ProjectOptions {
  /** Folder to which all paths are relative. Default: the working directory of the process. */
  readonly cwd?: string
}

/** An approved baseline of the project. */
export interface BaselineOptions {
  /** Name of an approved baseline. Default: none. */
  readonly baseline?: string
  /** Folder of the baselines. Default: baselines. */
  readonly baselines?: string
}

/** Returns the baseline that is asked for; null for none. */
export function baselineOf({ baseline, baselines = BASELINES_FOLDER }: BaselineOptions): BaselineRef | null {
  return baseline === undefined ? null : { name: baseline, folder: baselines }
}
