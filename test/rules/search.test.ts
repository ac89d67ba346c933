import { describe, expect, it } from 'vitest'
import { findable, matcher, ranks } from '../../rules/search/match.ts'
import { readings } from '../../rules/search/pinyin.ts'
import { betterFirst } from '../../rules/search/words.ts'

const fits = (typed: string, ...texts: string[]): keyof typeof ranks | null => {
  const rank = matcher(typed)(texts.map(findable))
  return rank === null ? null : (Object.keys(ranks) as (keyof typeof ranks)[])[rank]!
}

describe('readings', () => {
  it('has the words of the trade as people say them, without tones', () => {
    const said: [string, string][] = [
      ['消防泵', 'xiao fang beng'],
      ['喷淋', 'pen lin'],
      ['湿式报警阀', 'shi shi bao jing fa'],
      ['配电柜', 'pei dian gui'],
      ['变压器', 'bian ya qi'],
      ['断路器', 'duan lu qi'],
      ['发电机', 'fa dian ji'],
      ['冷却塔', 'leng que ta'],
      ['冷冻水', 'leng dong shui'],
      ['新风机', 'xin feng ji'],
      ['排烟风机', 'pai yan feng ji'],
      ['生活水箱', 'sheng huo shui xiang'],
      ['集水坑', 'ji shui keng'],
      ['污水泵', 'wu shui beng'],
      ['电梯', 'dian ti'],
      ['扶梯', 'fu ti'],
      ['门禁', 'men jin'],
      ['道闸', 'dao zha'],
      ['卷帘', 'juan lian'],
      ['烟感', 'yan gan'],
      ['燃气', 'ran qi'],
      ['钥匙', 'yao shi'],
      ['登记簿', 'deng ji bu'],
      ['动火证', 'dong huo zheng'],
      ['巡更', 'xun geng'],
      ['交接班', 'jiao jie ban'],
      ['抄表', 'chao biao'],
      ['屋顶', 'wu ding'],
      ['绿化', 'lv hua'],
      ['重启', 'chong qi'],
      ['重量', 'zhong liang'],
      ['调试', 'tiao shi'],
      ['长度', 'chang du'],
      ['车库', 'che ku'],
      ['率', 'lv'],
      ['银行', 'yin hang'],
      ['行车', 'xing che'],
      ['单元', 'dan yuan'],
      ['单先生', 'shan xian sheng'],
      ['解工', 'xie gong'],
      ['曾工', 'zeng gong'],
      ['覃工', 'qin gong'],
    ]
    const wrong = said.filter(([word, way]) => !way.split(' ').every((one, i) => readings([...word][i]!).includes(one)))
    expect(wrong).toEqual([])
    console.log(`pinyin: ${said.length} words`)
  })
  it('reads nothing that is not Chinese', () => {
    expect(['a', '1', '-', '，', 'é', ' '].flatMap(readings)).toEqual([])
  })
})

describe('how well a text fits', () => {
  it.each<[string, string, ReturnType<typeof fits>]>([
    // Whole, start, word, initials, further in.
    ['消防泵', '消防泵', 'whole'],
    ['消防', '消防泵', 'start'],
    ['泵', '消防泵', 'word'],
    ['xiaofangbeng', '消防泵', 'whole'],
    ['xiaofang', '消防泵', 'start'],
    ['xiaofangb', '消防泵', 'start'],
    ['XFB', '消防泵', 'initials'],
    ['xfb', '1号消防泵', 'within'],
    ['1hxfb', '1号消防泵', 'initials'],
    ['fangbeng', '消防泵', 'word'],
    ['xiaofb', '消防泵', 'initials'],
    ['xf b', '消防泵', 'within'],
    ["xi'an", '西安路', 'start'],
    ['cq', '重启', 'initials'],
    ['zq', '重启', 'initials'],
    ['lvhua', '绿化', 'whole'],
    ['luhua', '绿化', 'whole'],
    ['zhangs', '张三', 'start'],
    ['pdj', '配电柜', 'initials'],
    ['pump', 'Fire pump 1', 'word'],
    ['fire', 'Fire pump 1', 'start'],
    ['pump fire', 'Fire pump 1', 'word'],
    ['fire pump', 'Fire pump', 'whole'],
    ['fp', 'Fire pump 1', 'initials'],
    ['ansf', 'Transformer 2', 'within'],
    ['ＷＯ－１', 'WO-1', 'whole'],
    ['0042', 'WO-20261122-0042', 'word'],
    // What does not fit.
    ['xfc', '消防泵', null],
    ['xfbb', '消防泵', null],
    ['an', 'Transformer 2', null],
    ['beng xie', '消防泵', null],
    ['', '消防泵', null],
    [' ', '消防泵', null],
  ])('%s in %s: %s', (typed, text, rank) => {
    expect(fits(typed, text)).toBe(rank)
  })
  it('what is around helps to say which, but is not the thing', () => {
    const pressure = [findable('压力'), findable('Pressure')]
    const pump = [findable('消防泵'), findable('Fire pump')]
    expect(matcher('xfb 压力')(pressure, pump)).toBe(ranks.initials)
    expect(matcher('消防泵 yali')(pressure, pump)).toBe(ranks.word)
    expect(matcher('消防泵')(pressure, pump)).toBeNull()
  })
})

it('of equals the earlier kind comes first, then the newest, then the shorter name', () => {
  const one = (rank: number, order: number, at: number | null, name: string) => ({ rank, order, at, name })
  const sorted = [
    one(0, 3, 5, 'exact'),
    one(1, 0, null, 'kind'),
    one(1, 2, 9, 'newest'),
    one(1, 2, 4, 'older'),
    one(1, 2, null, 'ab'),
    one(1, 2, null, 'abc'),
  ]
  expect([...sorted].reverse().sort(betterFirst)).toEqual(sorted)
})
