const send = () => document.forms[0].submit()
document.querySelector('iframe') ? setTimeout(send, 3000) : send()
