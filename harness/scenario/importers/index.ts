/** The formats that can be imported. A new one is one file and one line here. */
import { HarnessError } from '../../base/errors.ts'
import { accessLog } from './access-log.ts'
import { artillery } from './artillery.ts'
import { curl } from './curl.ts'
import type { ImportFormat } from './format.ts'
import { har } from './har.ts'
import { insomnia } from './insomnia.ts'
import { jmeter } from './jmeter/index.ts'
import { k6 } from './k6/index.ts'
import { openapi } from './openapi/index.ts'
import { postman } from './postman.ts'
import type { ImportSource } from './source.ts'

/** In the order in which a file is taken for one of them. */
const FORMATS: readonly ImportFormat[] = [
  jmeter,
  accessLog,
  har,
  openapi,
  postman,
  insomnia,
  artillery,
  curl,
  k6,
]

/** The names that `--from` takes. */
export const IMPORT_FORMATS: readonly string[] = FORMATS.map(({ name }) => name).sort()

/** @param name of the format; undefined: found by a look at the file @throws HarnessError IMPORT_INVALID */
export function formatOf(source: ImportSource, name: string | undefined): ImportFormat {
  if (source.text.trim() === '') throw source.invalid('is empty', 'Save or export it again.')
  const format = FORMATS.find((each) => (name === undefined ? each.isLikely(source) : each.name === name))
  if (format !== undefined) return format
  if (name !== undefined)
    throw new HarnessError('USAGE', `there is no format '${name}'`, {
      hint: `Choose one of ${IMPORT_FORMATS.join(', ')}.`,
    })
  throw source.invalid(
    'is of no format that can be imported',
    `Name it by --from: ${IMPORT_FORMATS.join(', ')}.`,
  )
}
