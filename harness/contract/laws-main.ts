/** Entry of the process that runs a contract test: imports its bundle, runs the suites, tells of every law. */
import process, { argv, exit } from 'node:process'
import { pathToFileURL } from 'node:url'
import { type LawEvent, observeLaws } from './laws.ts'

export type LawsMessage = LawEvent | { readonly state: 'ended' }

/** The queue of suites that uvu runs, and a flag that keeps it from starting before all are declared. */
const uvuGlobals = globalThis as { UVU_DEFER?: 1; UVU_QUEUE?: unknown[][]; UVU_INDEX?: number }
uvuGlobals.UVU_DEFER = 1
uvuGlobals.UVU_QUEUE = [[null]]
uvuGlobals.UVU_INDEX = 0
const { exec } = await import('uvu')

const tell = (message: LawsMessage) => process.send?.(message)
observeLaws(tell)
process.on('disconnect', () => exit())
// A law that never ends, with nothing left to wait for, ends the process.
process.channel?.unref()
await import(pathToFileURL(argv[2] ?? '').href)
await exec()
tell({ state: 'ended' })
