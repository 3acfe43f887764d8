/** A file system and its steps, as authors write them. */
import type { Written } from '../../base/written.ts'
import type { TargetRef } from '../../ports/target-plugin.ts'
import { type RequestStep, requestStep, type StepOptions } from '../step.ts'
import type { FsClient } from './client.ts'
import type { fsConfigSchema, fsRequestSchema } from './schema.ts'

type Request = Written<typeof fsRequestSchema>
type Parts<Name extends keyof Request> = Omit<NonNullable<Request[Name]>, 'path'>
/** Options of a step whose bytes can be proven. */
type ProvenOptions = StepOptions & Pick<Request, 'verify'>

function fsStep(request: Request, options: ProvenOptions = {}): RequestStep {
  const { verify, ...shared } = options
  return requestStep({ ...request, ...(verify === undefined ? {} : { verify }) }, shared)
}

/** A file system, and its steps: `fs({ root: '/mnt/data' })`, `fs.read('a', { bytes: '4KiB' })`. */
export const fs = Object.assign(
  (config: Written<typeof fsConfigSchema>): TargetRef<FsClient> => ({ plugin: 'fs', config }),
  {
    read: (path: string, parts: Parts<'read'> = {}, options?: ProvenOptions) =>
      fsStep({ read: { path, ...parts } }, options),
    write: (path: string, parts: Parts<'write'>, options?: ProvenOptions) =>
      fsStep({ write: { path, ...parts } }, options),
    append: (path: string, parts: Parts<'append'>, options?: ProvenOptions) =>
      fsStep({ append: { path, ...parts } }, options),
    stat: (path: string, options?: StepOptions) => fsStep({ stat: { path } }, options),
    open: (path: string, options?: StepOptions) => fsStep({ open: { path } }, options),
    readdir: (path: string, options?: StepOptions) => fsStep({ readdir: { path } }, options),
    mkdir: (path: string, options?: StepOptions) => fsStep({ mkdir: { path } }, options),
    rename: (path: string, to: string, options?: StepOptions) => fsStep({ rename: { path, to } }, options),
    unlink: (path: string, options?: StepOptions) => fsStep({ unlink: { path } }, options),
    fsync: (path: string, options?: StepOptions) => fsStep({ fsync: { path } }, options),
    truncate: (path: string, parts: Parts<'truncate'> = {}, options?: StepOptions) =>
      fsStep({ truncate: { path, ...parts } }, options),
  },
)
