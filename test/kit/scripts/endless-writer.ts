/** A process that writes a baseline again and again until it is killed; says when it is in the midst of it. */
import { readBaseline, updateBaseline } from '../../../harness/store/baselines.ts'

const address = JSON.parse(process.argv[2] ?? '{}')
for (let round = 0; ; round++) {
  await updateBaseline(address, (current) => {
    if (current === null) throw new Error('there is no baseline')
    const { environment } = current
    return { ...current, environment: { ...environment, cpuModel: `${environment.cpuModel}x` } }
  })
  if (round === 5) process.send?.((await readBaseline(address))?.name)
}
