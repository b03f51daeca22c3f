// Runs inside the toolbar (Gradio binds element, trigger, watch): conversations, and the buttons below each answer.
const text = (name) => element.querySelector(`pre.${name}`)?.textContent ?? '';

const announce = (said) => {
  const status = element.querySelector('[role=status]');
  if (status) status.textContent = said;
};

const copy = async (words) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(words);
  const box = document.createElement('textarea'); // off this machine, without TLS, browsers offer no clipboard
  box.value = words;
  document.body.append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
};

const save = (words, name) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([words], { type: 'text/markdown' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

const act = async (button) => {
  const [name, turn] = button.id.split('-');
  if (name === 'copy') {
    await copy(text(`text-${turn}`));
    announce(element.querySelector('.toolbar').dataset.copied);
    button.classList.add('done');
    setTimeout(() => button.classList.remove('done'), 1500);
  }
  if (name === 'up' || name === 'down') trigger('like', { turn: Number(turn), vote: name });
  if (name === 'again') trigger('retry', { again: true });
  if (name === 'everywhere') trigger('retry', { everywhere: true });
  if (name === 'takeback') trigger('undo', {});
};

document.addEventListener('click', (event) => {
  const menu = element.querySelector('details.menu');
  if (menu && !menu.contains(event.target)) menu.open = false;
  const button = event.target.closest?.('#chatbot :is(button.act, button.chip)');
  if (button) act(button);
});

element.addEventListener('keydown', (event) => {
  const menu = element.querySelector('details.menu[open]');
  if (event.key !== 'Escape' || !menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.matches('.fresh')) trigger('fresh', {});
  if (button.matches('.export')) save(text('markdown'), 'belegt.md');
  if (button.matches('.open')) trigger('openkept', { id: button.dataset.id });
  if (button.matches('.drop') && confirm(element.querySelector('.toolbar').dataset.sure)) {
    const { id } = button.dataset;
    if (id === element.querySelector('.toolbar').dataset.id) trigger('dropopen', { id });
    else trigger('dropkept', { id });
  }
});

const put = (text, box) => {
  box.value = text;
  box.dispatchEvent(new Event('input', { bubbles: true })); // Gradio sends what it was told of
};

// The address names the conversation, so that a reload comes back to it; what was to be asked waits beside it where the
// page loads itself again, since the server that knew this window has ended.
watch('value', () => {
  const bar = element.querySelector('.toolbar');
  if (!bar) return;
  if (bar.dataset.anew !== undefined) {
    sessionStorage.setItem('question', bar.dataset.anew);
    location.reload();
    return;
  }
  const waiting = sessionStorage.getItem('question');
  if (waiting) put(waiting, document.querySelector('#question textarea'));
  sessionStorage.removeItem('question');
  const address = new URL(location.href);
  if (bar.dataset.id) address.searchParams.set('conversation', bar.dataset.id);
  else address.searchParams.delete('conversation');
  history.replaceState(history.state, '', address);
});
