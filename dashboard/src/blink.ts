/** What blinks, blinks together: each blinking shape is put on the clock of the document when it begins. */
document.addEventListener('animationstart', event => {
  if (event.animationName !== 'blink' || !(event.target instanceof Element)) return
  for (const animation of event.target.getAnimations()) animation.startTime = 0
})
