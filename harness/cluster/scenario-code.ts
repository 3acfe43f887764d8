/** The code of a scenario, where its plan says that there is some. */
import { pathToFileURL } from 'node:url'
import { lookUp } from '../base/names.ts'
import type { ShardPlan } from '../model/plan.ts'

/** A function of the scenario module by its path (`journeys.buy.run`). */
export type CodeLookup = (path: string) => unknown

/** Imports the bundled scenario module, if there is one. */
export async function loadCode({ module }: ShardPlan): Promise<CodeLookup> {
  if (module === null) return () => undefined
  const { default: scenario } = (await import(pathToFileURL(module.path).href)) as { default: unknown }
  return (path) =>
    path
      .split('.')
      .reduce<unknown>((value, key) => lookUp((value ?? {}) as Record<string, unknown>, key), scenario)
}
