/** Records what passes through a proxy, and writes a scenario of it. */
import { dirname, resolve } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import type { Host } from '../ports/host.ts'
import { ImportSource } from '../scenario/importers/source.ts'
import { exists } from '../system/files.ts'
import { type RecordedEntry, startRecordingProxy } from '../system/recording-proxy.ts'
import { type ImportedFile, writeImported } from './import-scenario.ts'

export interface RecordingRequest {
  readonly host: string
  readonly port: number
  /** URL of the server that is recorded. */
  readonly target: string
  /** The scenario that is written. */
  readonly out: string
  /** Called for each request that was answered. */
  readonly onEntry: (entry: RecordedEntry) => void
}

export interface Recording {
  readonly url: string
  /** Ends the proxy, and writes the scenario. @throws HarnessError IMPORT_INVALID when nothing was recorded */
  finish(): Promise<ImportedFile>
}

/** @throws HarnessError USAGE for a URL that is none, or a file that exists */
export async function startRecording(request: RecordingRequest, host: Host): Promise<Recording> {
  const { target, out, port } = request
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target))
    throw new HarnessError('USAGE', `${target} is no URL of a server`, {
      hint: 'Write it like --target http://127.0.0.1:8080.',
    })
  // A recording that could not be written would be lost.
  if (await exists(resolve(host.cwd, out)))
    throw new HarnessError('USAGE', `${out} already exists`, { hint: 'Choose another name with -o.' })
  const proxy = await startRecordingProxy({ ...request, target: new URL(target) }, host.clock).catch(
    (cause: unknown) => {
      throw new HarnessError('USAGE', `port ${port} cannot be listened on: ${messageOf(cause)}`, {
        cause,
        hint: 'Choose another one with --port; 0 takes any free one.',
      })
    },
  )
  return {
    url: proxy.url,
    async finish() {
      await proxy.close()
      if (proxy.entries.length === 0)
        throw new HarnessError('IMPORT_INVALID', 'nothing was recorded', {
          hint: `Open ${proxy.url} in the place of ${target}, and stop the recording when you are done.`,
        })
      const text = JSON.stringify({ log: { version: '1.2', entries: proxy.entries } })
      const folder = dirname(resolve(host.cwd, out))
      return writeImported(
        new ImportSource('recording', text, folder),
        { from: 'har', out, target: undefined },
        host,
      )
    },
  }
}
