import type { TFunction } from 'i18next'
import type { OrderFiguresView } from '../../../gateway/http/contract.ts'
import type { Targets } from '../../../rules/target.ts'
import type { Language } from '../format.ts'
import { type FigureRow, figureWords } from './Figures.tsx'

type Figures = Omit<OrderFiguresView, 'from' | 'to' | 'targets'>

/** How repairs were done: in time, at the first try, asked about, and whether the plant said it before people did. */
export function orderFigureRows(f: Figures, targets: Targets, t: TFunction, lang: Language): readonly FigureRow[] {
  const { count, share, lasts, mean, few } = figureWords(t, lang)
  const { visits, kept } = f
  const word = (key: 'accepted' | 'arrive' | 'restore' | 'close', of: { readonly met: number; readonly n: number }) =>
    share(t(`orderFigures.${key}`), of.met, of.n)
  return [
    share(t('orderFigures.firstTime'), f.firstTime, f.closed),
    share(t('orderFigures.reopened'), f.reopened, f.closed),
    share(t('orderFigures.timely'), f.timely.met, f.timely.n, targets.timely),
    word('accepted', kept.accept),
    word('arrive', kept.arrive),
    word('restore', kept.restore),
    word('close', kept.close),
    lasts(t('orderFigures.accept'), f.acceptMs.value, f.acceptMs.n),
    lasts(t('orderFigures.whole'), f.restoreMs.value, f.restoreMs.n),
    lasts(t('orderFigures.worked'), f.restoreWorkedMs.value, f.restoreWorkedMs.n),
    {
      ...mean(t('orderFigures.paused'), null, f.closed),
      value: f.pausedShare === null ? few : share('', f.pausedShare, 1).value,
    },
    share(t('orderFigures.visited'), visits.made, visits.due, targets.visited),
    count(t('orderFigures.waiting'), visits.waiting),
    share(t('orderFigures.inTime'), visits.inTime, visits.made, targets.visited),
    share(t('orderFigures.solved'), visits.solved, visits.answered, targets.satisfied),
    mean(t('orderFigures.score'), f.score.value, f.score.n),
    share(t('orderFigures.knownFirst'), f.knownFirst.n, f.knownFirst.of),
    share(t('orderFigures.ofAlarm'), f.ofAlarm.n, f.ofAlarm.of),
    share(t('orderFigures.alarms'), f.alarms.orders, f.alarms.raised),
    count(t('orderFigures.open'), f.open),
    lasts(t('orderFigures.age'), f.ageMs.value, f.ageMs.n),
    lasts(t('orderFigures.oldest'), f.oldestMs, f.open),
  ]
}
