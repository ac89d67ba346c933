import type { Text } from '../../drivers/point.ts'

/** What a notice of isolated detectors says; times as people of the place write them. */
export interface IsolationFacts {
  readonly site: Text
  readonly no: string
  readonly place: Text
  readonly spot: string
  readonly work: string
  readonly company: string
  readonly from: string
  readonly to: string
  readonly guardian: string
  readonly phone: string
}
const andZh = (word: string) => (word === '' ? '' : `，${word}`)
const andEn = (word: string) => (word === '' ? '' : `, ${word}`)

/**
 * The notice to the insurer and to the fire authority that detection is impaired [FM Global red tag: notify before, and when it
 * is restored; GB 25201-2010 7.4: 停用须报主管部门]. Both languages say the same.
 */
export function isolationNotice(f: IsolationFacts): Text {
  return {
    'zh-CN': [
      `火灾自动报警设施临时停用告知（${f.no}）`,
      `致：保险公司、消防救援机构`,
      `单位：${f.site['zh-CN']}`,
      `停用部位：${f.place['zh-CN']}${andZh(f.spot)}`,
      `停用时间：${f.from} 至 ${f.to}，最长不超过 10 小时`,
      `原因：${f.work}${andZh(f.company)}`,
      `替代措施：专人值守，每 30 分钟巡查一次，备足灭火器材；未经许可不得动火。`,
      `现场负责人：${f.guardian}${andZh(f.phone)}`,
      `到时自动恢复并复核；恢复后另行告知。`,
    ].join('\n'),
    en: [
      `Fire detection out of service for a time (${f.no})`,
      `To: the insurer, the fire authority`,
      `Site: ${f.site.en}`,
      `Where: ${f.place.en}${andEn(f.spot)}`,
      `When: ${f.from} to ${f.to}, 10 h at most`,
      `Why: ${f.work}${andEn(f.company)}`,
      `Instead: somebody is there, the zone is walked every 30 min, extinguishers are at hand; no hot work without a permit.`,
      `Responsible on the spot: ${f.guardian}${andEn(f.phone)}`,
      `It is restored and checked at that time. You will be told when it is.`,
    ].join('\n'),
  }
}
