{ stdenv, fetchurl, lib }:

stdenv.mkDerivation {
  pname = "vestibule";
  version = "{version}";

  src = fetchurl {
    url = "{url vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}";
    sha256 = "{sha256 vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}";
  };

  dontBuild = true;
  installPhase = ''
    mkdir -p $out
    cp -r bin share $out/
  '';

  meta = {
    description = "AWS credentials from IAM Identity Center (SSO)";
    homepage = "{repository}";
    license = with lib.licenses; [ mit asl20 ];
    platforms = [ "x86_64-linux" ];
    mainProgram = "vestibule";
  };
}
