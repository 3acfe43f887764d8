/** Runs a `check` of a qualification plan in a thread of its own: the main thread never runs author code. */
import { pathToFileURL } from 'node:url'
import { lookUp } from '../base/names.ts'
import { turnAuthorOutput } from '../system/author-output.ts'
import type { CheckContext, CheckEnd } from './qualification/define-qualification.ts'

/** The task of the thread. */
export interface CheckTask {
  /** Path of the bundled plan. */
  readonly module: string
  /** The place of the function in its default export: `activities.seeded.check`. */
  readonly place: string
  readonly context: CheckContext
}

/** Resolves with what the function returns. */
export async function runCheck({ module, place, context }: CheckTask): Promise<CheckEnd> {
  turnAuthorOutput()
  const { default: plan } = (await import(pathToFileURL(module).href)) as { default: object }
  const check = place
    .split('.')
    .reduce<unknown>((value, key) => lookUp(value as Readonly<Record<string, unknown>>, key), plan)
  return await (check as (context: CheckContext) => CheckEnd | Promise<CheckEnd>)(context)
}
