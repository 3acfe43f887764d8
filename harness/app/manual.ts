/** The manual: pages of docs/, which come with the package. */
import { readdir } from 'node:fs/promises'
import { HarnessError } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import { OWN_PACKAGE } from '../base/own-files.ts'
import { readRegularText } from '../system/files.ts'

const FOLDER = new URL('docs/', OWN_PACKAGE)
/** The page that lists the others in the order in which they are read. */
const CONTENTS = 'README'

/** Returns a page as Markdown. @param topic its name without the ending; undefined: the table of contents @throws HarnessError USAGE */
export async function manualPage(topic: string | undefined): Promise<string> {
  const files = await readdir(FOLDER)
  const topics = files.flatMap((file) => (file.endsWith('.md') ? [file.slice(0, -'.md'.length)] : [])).sort()
  const wanted = topic?.replace(/\.md$/, '') ?? CONTENTS
  const name = topics.find((each) => each.toLowerCase() === wanted.toLowerCase())
  if (name === undefined) throw unknownTopic(wanted, topics)
  return readRegularText(new URL(`${name}.md`, FOLDER).pathname)
}

function unknownTopic(wanted: string, topics: readonly string[]): HarnessError {
  const listed = topics.filter((topic) => topic !== CONTENTS)
  const nearest = nearestName(wanted, listed)
  return new HarnessError('USAGE', `there is no page '${wanted}'`, {
    hint: `${nearest === undefined ? '' : `Did you mean '${nearest}'? `}Pages: ${listed.join(', ')}.`,
  })
}
