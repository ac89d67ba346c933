import { expect, it } from 'vitest'
import { badClock, badDisk } from './support/baddays.ts'
import { tracedDay, writeOrder } from './support/writeorder.ts'

/** The short form of `npm run prove -- baddays`: the real gateway, a disk whose syncs fail, a clock that is set. */
it.concurrent('a disk that fails: refused, not lost, not half done; looking goes on; well again, so is everything', async () => {
  const day = await badDisk('EIO', 300)
  expect(day.wrong).toEqual([])
  expect(day.refused).toBeGreaterThan(0)
  expect(day.acknowledged).toBeGreaterThan(5)
})

it.concurrent('a clock that is set an hour ahead and put right: an alarm, nothing lost, and what had ended begins again only with it', async () => {
  const day = await badClock([3600, 0])
  expect(day.wrong).toEqual([])
  expect(day.acknowledged).toBeGreaterThan(5)
})

it.concurrent('what is answered, renamed or written back was forced to the disk before', async () => {
  const { day, order } = await tracedDay(10)
  expect([...day.wrong, ...order.wrong]).toEqual([])
  expect(order.seen.answered).toBeGreaterThan(20)
  expect(order.seen.renamed).toBeGreaterThan(2)
})

it('a trace in which something was promised too early is seen as that', () => {
  const d = '/data'
  const write = (file: string) => `7 pwrite64(5<${d}/${file}>, "..."..., 4096, 0) = 4096`
  const force = (file: string) => `7 fdatasync(5<${d}/${file}>) = 0`
  const rename = `7 rename("${d}/site.json.tmp", "${d}/site.json") = 0`
  const folder = `7 fsync(6<${d}>) = 0`
  const answer = '7 writev(9<socket:[1]>, [{iov_base="HTTP/1.1 201 Created"..., iov_len=300}], 2) = 300'
  const wal = 'records.db-wal'
  const ofAnother = [write('site.json.tmp'), force('site.json.tmp'), rename].map(line => `8${line.slice(1)}`)
  const cases: [what: string, lines: string[], wrong: RegExp | null][] = [
    ['forced, then answered', [write(wal), force(wal), answer], null],
    ['answered before it is forced', [write(wal), answer, force(wal)], /answered before .*-wal was forced/],
    [
      'forced by another thread, begun before the write',
      [`8 fdatasync(5<${d}/${wal}> <unfinished ...>`, write(wal), '8 <... fdatasync resumed>) = 0', answer],
      /answered before/,
    ],
    ['a force that failed is none', [write(wal), force(wal).replace('= 0', '= -1 EIO'), answer], /answered before/],
    ['a refusal may be said at any time', [write(wal), answer.replace('201', '507'), force(wal)], null],
    ['a file with its name', [write('site.json.tmp'), force('site.json.tmp'), rename, folder, answer], null],
    ['a name before the content', [write('site.json.tmp'), rename, folder], /got its name before it was forced/],
    ['a folder that is never forced', [write('site.json.tmp'), force('site.json.tmp'), rename], /was not forced for/],
    ['a file of another process, which the answer does not name', [...ofAnother, answer, `8${folder.slice(1)}`], null],
    ['one that it names', [...ofAnother, answer.replace('Created', 'Created: site.json'), folder], /answered before/],
    ['written back before the log', [write(wal), write('records.db')], /written before their log/],
  ]
  for (const [what, lines, wrong] of cases)
    expect([what, writeOrder(lines.join('\n'), d).wrong.join('; ')]).toEqual([
      what,
      wrong === null ? '' : expect.stringMatching(wrong),
    ])
})
