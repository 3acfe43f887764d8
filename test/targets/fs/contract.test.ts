import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeTarget } from '../../../harness/contract/target.ts'
import type { LiveTarget } from '../../../harness/contract/target-case.ts'
import { fsPlugin } from '../../../harness/targets/fs/index.ts'
import { fsConfig, makePipe, withFolder } from '../../kit/file-system.ts'

/** A pipe that nobody writes to hangs whoever opens it. */
function withFileSystem(body: (target: LiveTarget) => Promise<void>): Promise<void> {
  return withFolder((folder) => {
    writeFileSync(join(folder, 'answered'), 'answered')
    makePipe(join(folder, 'silent'))
    return body({
      config: fsConfig(folder),
      answered: { read: { path: 'answered' } },
      silent: { open: { path: 'silent' } },
      failing: { request: { read: { path: '{{unset}}' } }, kind: 'code' },
    })
  })
}

const NO_SERVER = 'a file system has no server and no connection; hostile.test.ts hangs and unmounts it'

describeTarget({
  name: 'fs',
  lacks: {
    slow: 'no call on a file system here takes a known time',
    mortal: NO_SERVER,
    dropped: NO_SERVER,
    pooled: NO_SERVER,
  },
  plugin: fsPlugin,
  withTarget: withFileSystem,
})
