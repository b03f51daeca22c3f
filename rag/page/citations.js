// Runs inside the sources panel (Gradio binds element, trigger, watch). Opens what a citation points to.
let pending = null;
let opened = null; // the citation in the chat that was opened last

const scrolls = (panel) => panel.scrollHeight > panel.clientHeight + 2; // on a phone the whole page does

const reach = (target) => {
  const panel = element.querySelector('.panel');
  if (scrolls(panel)) {
    panel.scrollTop += target.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
  } else {
    target.scrollIntoView({ block: 'center' });
  }
};

const marks = () => [...element.querySelectorAll('mark[id]')];

const activate = (mark) => {
  mark.closest('details').open = true;
  element.querySelectorAll('mark.active').forEach((other) => other.classList.remove('active'));
  mark.classList.add('active');
  const place = element.querySelector('.place');
  if (place) place.textContent = `${marks().indexOf(mark) + 1} / ${marks().length}`;
  reach(mark);
  mark.focus({ preventScroll: true });
};

const show = (reference) => {
  if (reference.endsWith('-timeline')) {
    const story = element.querySelector('#' + CSS.escape(reference.replace(/^src-(\d+)-timeline$/, 'timeline-$1')));
    if (!story) return false;
    story.open = true;
    element.querySelector('.panel').scrollTop = 0;
    story.querySelector('summary').focus();
    return true;
  }
  const mark = element.querySelector('#' + CSS.escape(reference.replace(/^src-/, 'mark-')));
  if (mark) activate(mark);
  return Boolean(mark);
};

const step = (by) => {
  const all = marks();
  if (!all.length) return;
  const at = all.findIndex((mark) => mark.classList.contains('active'));
  activate(all[at < 0 ? 0 : (at + by + all.length) % all.length]);
};

element.addEventListener('click', (event) => {
  const button = event.target.closest('button.step');
  if (!button) return;
  step(button.matches('.previous') ? -1 : 1);
  button.focus({ preventScroll: true });
});

element.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') document.querySelector(`#chatbot a.cite[href="#${opened}"]`)?.focus();
  if (event.altKey || event.ctrlKey || event.metaKey || !['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
  event.preventDefault();
  step(event.key === 'ArrowLeft' ? -1 : 1);
});

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
  if (anchor.closest('#chatbot')) opened = reference;
  if (!show(reference)) {
    pending = reference;
    trigger('cite', { ref: reference });
  }
});

watch('value', () => {
  const panel = element.querySelector('.panel');
  if (pending && show(pending)) pending = null;
  else if (panel && scrolls(panel)) marks().length ? reach(marks()[0]) : panel.scrollTo(0, 0);
});
