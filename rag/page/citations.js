// Runs inside the sources panel (Gradio binds element, trigger, watch). Opens what a citation points to.
let pending = null;

const show = (reference) => {
  const mark = element.querySelector('#' + CSS.escape(reference.replace(/^src-/, 'mark-')));
  if (!mark) return false;
  mark.closest('details').open = true;
  element.querySelectorAll('mark.active').forEach((other) => other.classList.remove('active'));
  mark.classList.add('active');
  const panel = element.querySelector('.panel');
  if (panel.scrollHeight > panel.clientHeight + 2) {
    panel.scrollTop += mark.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
  } else {
    mark.scrollIntoView({ block: 'center' });
  }
  mark.focus({ preventScroll: true });
  return true;
};

document.addEventListener('click', (event) => {
  const back = event.target.closest?.('#sources .back a');
  if (back) {
    event.preventDefault();
    const question = document.querySelector('#question textarea');
    document.querySelector('#chatbot')?.scrollIntoView({ block: 'end' });
    question?.focus({ preventScroll: true });
    return;
  }
  const anchor = event.target.closest?.('a.cite[href^="#src-"]');
  if (!anchor) return;
  event.preventDefault();
  const reference = anchor.getAttribute('href').slice(1);
  if (!show(reference)) {
    pending = reference;
    trigger('cite', { ref: reference });
  }
});

watch('value', () => {
  if (!pending) element.querySelector('.panel')?.scrollTo(0, 0);
  else if (show(pending)) pending = null;
});
