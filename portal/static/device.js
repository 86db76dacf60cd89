// The test of camera, microphone and loudspeaker: what is seen and heard stays on this device.
(() => {
  "use strict";
  const LOUD = 0.02; // of full scale: speech at arm's length, not the hum of a quiet room
  const WHY = { NotAllowedError: "refused", NotReadableError: "busy" };
  const begin = (box) => {
    const { dataset } = box;
    const said = box.querySelector("[data-said]");
    const mirror = box.querySelector("[data-mirror]");
    const say = (text) => {
      said.textContent = text;
      window.dossier.announce(text);
    };
    const listen = (stream) => {
      const sound = new AudioContext();
      const meter = sound.createAnalyser();
      sound.createMediaStreamSource(stream).connect(meter);
      const wave = new Float32Array(meter.fftSize);
      const look = setInterval(() => {
        meter.getFloatTimeDomainData(wave);
        if (Math.max(...wave.map(Math.abs)) < LOUD) return;
        clearInterval(look);
        say(`${dataset.seen} ${dataset.heard}`);
      }, 200);
    };
    const show = async () => {
      say(dataset.asking);
      mirror.srcObject?.getTracks().forEach((track) => track.stop());
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
        mirror.srcObject = stream;
        mirror.hidden = false;
        await mirror.play();
        say(`${dataset.seen} ${dataset.quiet}`);
        listen(stream);
      } catch (error) {
        say(dataset[WHY[error.name]] ?? (await missing()));
      }
    };
    const missing = async () => {
      const kinds = (await navigator.mediaDevices.enumerateDevices()).map((device) => device.kind);
      return kinds.includes("videoinput") ? dataset.mute : dataset.blind;
    };
    const play = () => {
      const sound = new AudioContext();
      [440, 554, 659].forEach((pitch, at) => {
        const tone = new OscillatorNode(sound, { frequency: pitch });
        tone.connect(new GainNode(sound, { gain: 0.2 })).connect(sound.destination);
        tone.start(sound.currentTime + at * 0.5);
        tone.stop(sound.currentTime + at * 0.5 + 0.3);
      });
      say(dataset.played);
    };
    box.hidden = false;
    box.querySelector("[data-begin]").addEventListener("click", show);
    box.querySelector("[data-play]").addEventListener("click", play);
  };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-device]").forEach(begin));
})();
