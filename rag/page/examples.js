// Runs inside the suggested questions (Gradio binds element, trigger, watch). One is asked once, however often it is
// clicked until it has gone.
let sent = false;

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || sent) return;
  sent = true;
  trigger('select', { question: button.textContent });
});

watch('value', () => { sent = false; });
