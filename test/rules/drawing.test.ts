import { describe, expect, it } from 'vitest'
import { demoDrawings } from '../../gateway/demo/plans.ts'
import { DRAWING_MAX_BYTES, drawingText, readDrawing } from '../../rules/drawing.ts'

const svg = (inner: string, head = 'viewBox="0 0 100 50"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${head}>\n${inner}\n</svg>`

/** [what somebody put in, the drawing, what it is refused as] */
const hostile: [what: string, text: string, fault: string][] = [
  ['a script', svg('<script>alert(1)</script>'), 'active'],
  ['a script in capitals', svg('<SCRIPT>alert(1)</SCRIPT>'), 'active'],
  ['a script under a prefix', svg('<s:script xmlns:s="http://www.w3.org/2000/svg">x</s:script>'), 'active'],
  ['a script within what is left out', svg('<metadata><x><script/></x></metadata>'), 'active'],
  ['an event', svg('<rect onload="x()"/>'), 'active'],
  ['an event after a line break', svg('<rect width="1"\n\tonclick = \'x()\'/>'), 'active'],
  ['an event in capitals', svg('<rect OnMouseOver="x()"/>'), 'active'],
  ['an event on the root', '<svg viewBox="0 0 1 1" onload="x()"/>', 'active'],
  ['HTML inside', svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'), 'active'],
  ['a link', svg('<a href="#x"><rect/></a>'), 'active'],
  ['a scheme with a gap in it', svg('<text><tspan xlink:href="java&#10;script:x()"/></text>'), 'active'],
  ['an animation of an address', svg('<set attributeName="href" to="javascript:x()"/>'), 'active'],
  ['a picture from outside', svg('<image href="http://h/p.png"/>'), 'outside'],
  ['a picture within an address', svg('<image xlink:href="data:image/svg+xml;base64,AAAA"/>'), 'outside'],
  ['a shape from another file', svg('<use href="other.svg#a"/>'), 'outside'],
  ['a fill from outside', svg('<rect fill="url(http://h/x#y)"/>'), 'outside'],
  ['the same as an escape of CSS', svg('<rect fill="u\\72l(http://h/x)"/>'), 'outside'],
  ['the same in a style', svg('<rect style="fill:none;background:url( \'//h/x\' )"/>'), 'outside'],
  ['a style sheet that imports', svg('<style>@import "http://h/x.css";</style>'), 'outside'],
  ['a function nobody knows', svg('<rect fill="image(red)"/>'), 'outside'],
  ['an entity of its own', `<!DOCTYPE svg [<!ENTITY a "aaaa">]>${svg('<text>&a;</text>')}`, 'not-xml'],
  ['an entity without its type', svg('<text>&nbsp;</text>'), 'not-xml'],
  ['not closed', '<svg viewBox="0 0 1 1"><g></svg>', 'not-xml'],
  ['cut off', '<svg viewBox="0 0 1 1"><rect width="', 'not-xml'],
  ['two roots', `${svg('')}<svg/>`, 'not-xml'],
  ['an attribute twice', svg('<rect fill="red" fill="blue"/>'), 'not-xml'],
  ['HTML', '<html><svg viewBox="0 0 1 1"/></html>', 'not-svg'],
  ['no size', '<svg><rect/></svg>', 'no-view-box'],
  ['too many', svg('<g/>'.repeat(20_001)), 'too-large'],
  ['too deep', svg(`${'<g>'.repeat(70)}${'</g>'.repeat(70)}`), 'too-large'],
  ['too long', svg(`<desc>${'x'.repeat(DRAWING_MAX_BYTES)}</desc>`), 'too-large'],
  ['empty', '', 'not-xml'],
]

describe('a drawing', () => {
  it.each(hostile)('with %s is refused whole', (_, text, fault) => {
    const read = readDrawing(text)
    expect(read.ok ? drawingText(read.drawing) : read.fault).toBe(fault)
  })
  it('looked at every kind', () => expect(hostile).toHaveLength(32))

  it('says the line of what was found', () => {
    expect(readDrawing('<svg viewBox="0 0 1 1">\n<g>\n<rect onclick="x"/></g></svg>')).toMatchObject({
      fault: 'active',
      what: 'onclick',
      line: 3,
    })
  })

  it('as Inkscape writes it keeps its shapes; styles become attributes, what is unknown is left out and named', () => {
    const read = readDrawing(
      `\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">
      <!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="x" width="210mm" height="148.5mm">
      <sodipodi:namedview/><defs><linearGradient id="g"/></defs>
      <g inkscape:label="L" id="pump-house" style="fill:url(#g);stroke:#000000;stroke-width:2">
      <path d="M0,0 L 1e2 5z"/><text x="1"><![CDATA[a < b]]> &amp; &#x4e2d;</text></g></svg>`,
    )
    if (!read.ok) throw new Error(JSON.stringify(read))
    expect(read.drawing.viewBox).toEqual([0, 0, 210, 148.5])
    expect([...read.drawing.ids]).toEqual(['pump-house'])
    expect(read.drawing.leftOut).toEqual(['defs', 'sodipodi:namedview'])
    const out = drawingText(read.drawing)
    expect(out).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 148.5"><g id="pump-house" stroke="#000000" stroke-width="2">' +
        '<path d="M0,0 L 1e2 5z"/><text x="1">a &lt; b &amp; 中</text></g></svg>\n',
    )
    // What is served is read by the page once more: it must come out the same.
    const again = readDrawing(out)
    expect(again.ok && drawingText(again.drawing)).toBe(out)
  })

  it('with a quotation mark or a bracket in a text cannot leave it', () => {
    const read = readDrawing(
      svg('<g id="&quot;&gt;&lt;script&gt;"/><text class="a&quot; onload=&quot;x">"&lt;/text&gt;</text>'),
    )
    if (!read.ok) throw new Error(read.fault)
    const out = drawingText(read.drawing)
    expect(out).not.toContain('<script')
    expect(readDrawing(out).ok).toBe(true)
  })

  it('of a megabyte of brackets is answered soon', () => {
    const before = process.cpuUsage()
    for (const sign of ['<', '<a', '&', '"', '<!--', '<a b="', '<a  '])
      expect(readDrawing(sign.repeat(DRAWING_MAX_BYTES / sign.length - 1)).ok).toBe(false)
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(10_000)
  })

  it('of the demo is one of ours: every sheet passes, is small, and loses nothing', () => {
    const all = demoDrawings()
    for (const [id, text] of all) {
      const read = readDrawing(text)
      expect([id, read.ok && read.drawing.leftOut]).toEqual([id, []])
      expect([id, text.length < 40_000]).toEqual([id, true])
    }
    expect(all.length).toBe(36)
    expect(demoDrawings()).toEqual(all)
  })
})
