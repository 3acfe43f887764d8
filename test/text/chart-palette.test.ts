import * as assert from 'uvu/assert'
import { colourOf, DARK_PALETTE, LIGHT_PALETTE } from '../../harness/text/chart-palette.ts'
import { contrastOf, distanceOf, SIGHTS } from '../kit/colours.ts'
import { describe } from '../kit/suite.ts'

function pairsOf(colours: readonly string[]): (readonly [string, string])[] {
  return colours.flatMap((a, i) => colours.slice(i + 1).map((b) => [a, b] as const))
}

/** Over all sights. */
function nearestOf(pairs: readonly (readonly [string, string])[]): number {
  return Math.min(...pairs.flatMap(([a, b]) => Object.values(SIGHTS).map((sight) => distanceOf(a, b, sight))))
}

describe('The measure of colours', (test) => {
  test('knows what everybody can tell apart, and what only some can', () => {
    const { 'all cones': all = [], 'no green cones': none = [] } = SIGHTS

    assert.ok(Math.abs(contrastOf('#000000', '#ffffff') - 21) < 0.01)
    assert.ok(Math.abs(distanceOf('#000000', '#ffffff', all) - 1) < 0.01)
    assert.ok(distanceOf('#aa6600', '#669900', none) < distanceOf('#aa6600', '#669900', all) / 2)
  })
})

for (const [name, palette] of Object.entries({ light: LIGHT_PALETTE, dark: DARK_PALETTE })) {
  describe(`The ${name} palette`, (test) => {
    const { background, places, bad, quiet, text } = palette

    test('stands out from its background', () => {
      for (const colour of [...places, bad, quiet]) assert.ok(contrastOf(colour, background) >= 3, colour)
      assert.ok(contrastOf(text, background) >= 7)
    })

    test('keeps its colours apart for every sight, the first four most of all', () => {
      assert.ok(nearestOf(pairsOf(places.slice(0, 4))) >= 0.14)
      assert.ok(nearestOf(pairsOf(places)) >= 0.09)
      assert.ok(nearestOf(places.flatMap((colour) => [bad, quiet].map((other) => [colour, other]))) >= 0.05)
    })

    test('goes from few to many by contrast with its background alone', () => {
      const contrasts = palette.heat.map((colour) => contrastOf(colour, background))

      assert.equal(
        [...contrasts].sort((a, b) => a - b),
        contrasts,
      )
    })

    test('gives what means something its own colour', () => {
      assert.equal([colourOf(palette, 'bad'), colourOf(palette, 'quiet')], [bad, quiet])
      assert.is(colourOf(palette, 2), places[2])
    })
  })
}
