{ stdenv, fetchurl, lib }:

let
  sources = {
    x86_64-linux = fetchurl {
      url = "{url vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}";
      sha256 = "{sha256 vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}";
    };
    {if vestibule-{version}-aarch64-unknown-linux-musl.tar.gz}
    aarch64-linux = fetchurl {
      url = "{url vestibule-{version}-aarch64-unknown-linux-musl.tar.gz}";
      sha256 = "{sha256 vestibule-{version}-aarch64-unknown-linux-musl.tar.gz}";
    };
    {end}
  };
in
stdenv.mkDerivation {
  pname = "vestibule";
  version = "{version}";

  src = sources.${stdenv.hostPlatform.system}
    or (throw "vestibule has no program for ${stdenv.hostPlatform.system}");

  dontBuild = true;
  installPhase = ''
    runHook preInstall
    mkdir -p $out
    cp -r bin $out/
    install -Dm644 -t $out/share/man/man1 share/man/man1/*
    install -Dm644 share/completions/vestibule.bash $out/share/bash-completion/completions/vestibule
    install -Dm644 share/completions/_vestibule $out/share/zsh/site-functions/_vestibule
    install -Dm644 -t $out/share/fish/vendor_completions.d share/completions/vestibule.fish
    install -Dm644 -t $out/share/nushell/vendor/autoload share/completions/vestibule.nu
    runHook postInstall
  '';

  meta = {
    description = "AWS credentials from IAM Identity Center (SSO)";
    homepage = "{repository}";
    license = with lib.licenses; [ mit asl20 ];
    platforms = builtins.attrNames sources;
    sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
    mainProgram = "vestibule";
  };
}
