import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fsPlugin } from '../../harness/targets/fs/index.ts'
import { until } from './until.ts'

/** A folder of its own for the body, removed after it. */
export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'proofload-fs-')))
  try {
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes a pipe: opening it to read hangs until somebody writes. */
export function makePipe(path: string): void {
  spawnSync('mkfifo', [path])
}

/** The configuration of a file system, as `createDriver` takes it. */
export const fsConfig = (root: string, changes: Readonly<Record<string, unknown>> = {}) =>
  fsPlugin.configSchema.parse({ root, lanes: 1, ...changes })

/** Whether a file system can be mounted by a program here. */
export const HAS_FUSE =
  spawnSync('bindfs', ['--version']).status === 0 && existsSync('/dev/fuse') && canMount()
/** Why a test is skipped where it cannot. */
export const FUSE_HINT =
  'no FUSE mount possible; apt-get install bindfs, and /dev/fuse with the right to mount'

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-fuse-'))
  try {
    if (spawnSync('bindfs', [folder, folder, '-o', 'nonempty']).status !== 0) return false
    spawnSync('umount', ['-l', folder])
    return true
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A mount whose every request goes through a process that can be stopped. */
export interface FuseMount {
  readonly root: string
  /** The folder that is shown. */
  readonly behind: string
  readonly pid: number
}

/** Mounts a folder on another one for the body. */
export function withFuse(body: (mount: FuseMount) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const [behind, root] = [join(folder, 'behind'), join(folder, 'mount')]
    mkdirSync(behind)
    mkdirSync(root)
    const child = spawn('bindfs', ['-f', '-o', 'direct_io,attr_timeout=0,entry_timeout=0', behind, root], {
      stdio: 'ignore',
    })
    try {
      await until(() => spawnSync('mountpoint', ['-q', root]).status === 0)
      await body({ root, behind, pid: child.pid ?? 0 })
    } finally {
      child.kill('SIGKILL')
      spawnSync('umount', ['-l', root])
    }
  })
}
